using System.Collections.Immutable;

namespace Cordwain.Boot.Catalog;

/// <summary>What can be booted. Images and the built-in choices (<c>local</c>, <c>shell</c>, <c>reboot</c>, <c>poweroff</c>) share one name space.</summary>
public sealed record ImageDefinition
{
    /// <summary>Lower-case letters, digits, <c>-</c>, <c>_</c>, <c>.</c>; also a label in every menu dialect and a part of URLs.</summary>
    public required string Name { get; init; }

    public required string Title { get; init; }

    /// <summary>The ways to boot it; the first whose condition the machine meets is taken. Never empty.</summary>
    public required ImmutableArray<ImageVariant> Variants { get; init; }
}

/// <summary>One way to boot an image on machines that meet a condition.</summary>
public sealed record ImageVariant(BootCondition When, BootMethod Method);

/// <summary>How a loader starts something; exactly one of the nested cases.</summary>
public abstract record BootMethod
{
    BootMethod() { }

    /// <summary>A Linux kernel (or one that loads like it), its initrds in order, and its arguments, a template.</summary>
    public sealed record Kernel(BootFileRef Image, ImmutableArray<BootFileRef> Initrds, string Arguments) : BootMethod
    {
        /// <summary>Device tree for U-Boot; null: the board's own.</summary>
        public BootFileRef? DeviceTree { get; init; }
    }

    /// <summary>A program the firmware or the loader starts as it is: an EFI application, a PXE boot program, a memdisk-less raw image.</summary>
    public sealed record Program(BootFileRef Image, string Arguments) : BootMethod;

    /// <summary>A disk on the network: iPXE's <c>sanboot</c>.</summary>
    /// <param name="Uri">An iSCSI, AoE, or HTTP URI as iPXE takes it (<c>iscsi:10.0.0.1:::1:iqn…</c>); a template.</param>
    /// <param name="InitiatorName">iSCSI qualified name to use; null: the loader's own.</param>
    public sealed record SanDisk(string Uri, string? InitiatorName) : BootMethod;

    /// <summary>Another loader's own script or configuration.</summary>
    public sealed record Script(BootFileRef File) : BootMethod;

    /// <summary>The machine's own disk, in the way that is right for its firmware.</summary>
    public sealed record LocalDisk : BootMethod;

    /// <summary>The loader's shell or prompt.</summary>
    public sealed record Shell : BootMethod;

    public sealed record Reboot : BootMethod;

    public sealed record PowerOff : BootMethod;
}

/// <summary>A file of an image, or of anything that is served.</summary>
/// <param name="Location">A path below the files folder, an <c>http(s)://</c> or <c>tftp://</c> URL, or <c>loader:NAME</c> for a file of the distribution's packages.</param>
/// <param name="Sha256">Expected SHA-256 in lower-case hex, checked before the file is kept; null: not checked.</param>
/// <param name="ViaServer">True: machines get a remote file through our cache; false: they are sent to the URL itself.</param>
public sealed record BootFileRef(string Location, string? Sha256 = null, bool ViaServer = true)
{
    public bool IsRemote =>
        Location.StartsWith("http://", StringComparison.OrdinalIgnoreCase) || Location.StartsWith("https://", StringComparison.OrdinalIgnoreCase);
}
