using System.Globalization;
using Cordwain.Boot.Catalog;
using Cordwain.Management.Configuration;

namespace Cordwain.Management.Check;

/// <summary>Whether the ports are free, and who has them when they are not.</summary>
sealed class PortsCheck : ICheck
{
    public string Title => "ports";

    public IEnumerable<Problem> Examine(CheckSubject subject)
    {
        foreach (var (transport, port, key) in Used(subject))
        {
            if (subject.Host.ListenerOn(transport, port) is not { } owner)
                continue;

            var name = string.Create(CultureInfo.InvariantCulture, $"Port {port}/{(transport == Transport.Udp ? "udp" : "tcp")} ({key})");
            if (owner.StartsWith("cordwain", StringComparison.OrdinalIgnoreCase))
                yield return new("CW4101", Severity.Note, $"{name} is taken by {owner}: a server is running already.", "That is as it should be, if it is yours.");
            else
                yield return new("CW4101", Severity.Error, $"{name} is taken by {owner}.", $"Stop that program, or set another `{key}`.");
        }
    }

    /// <summary>The ports that the server would bind, with the keys that set them.</summary>
    public static IEnumerable<(Transport Transport, int Port, string Key)> Used(CheckSubject subject)
    {
        var settings = subject.Settings;
        if (subject.Catalog.Networks.Any(network => network.Role != NetworkRole.Off))
        {
            yield return (Transport.Udp, settings.DhcpPort, "dhcp.port");
            yield return (Transport.Udp, settings.ProxyPort, "dhcp.proxy-port");
        }

        if (settings.TftpEnabled)
            yield return (Transport.Udp, settings.TftpPort, "tftp.port");
        if (settings.HttpEnabled)
            yield return (Transport.Tcp, settings.HttpPort, "http.port");
    }
}
