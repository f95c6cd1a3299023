namespace Cordwain.Management.Import;

/// <summary>A kind of file that can be imported.</summary>
public enum ImportFormat
{
    /// <summary>ISC dhcpd's configuration.</summary>
    DhcpdConf,

    /// <summary>dnsmasq's configuration.</summary>
    DnsmasqConf,

    /// <summary>A PXELINUX, SYSLINUX or EXTLINUX configuration.</summary>
    Pxelinux,

    /// <summary>A script for iPXE.</summary>
    IpxeScript,

    /// <summary>ISC dhcpd's leases.</summary>
    DhcpdLeases,

    /// <summary>dnsmasq's leases.</summary>
    DnsmasqLeases,
}

/// <summary>One file to import.</summary>
/// <param name="Name">How messages call it.</param>
/// <param name="Text">Its whole content.</param>
public sealed record ImportSource(ImportFormat Format, string Name, string Text);
