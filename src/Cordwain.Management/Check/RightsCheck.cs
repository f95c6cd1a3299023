using System.Globalization;
using Cordwain.Boot.Catalog;

namespace Cordwain.Management.Check;

/// <summary>Whether this user could run the server.</summary>
sealed class RightsCheck : ICheck
{
    const string Fix = "Run `cordwain serve` as root, or give its service CAP_NET_BIND_SERVICE and CAP_NET_RAW.";

    public string Title => "rights";

    public IEnumerable<Problem> Examine(CheckSubject subject)
    {
        var host = subject.Host;
        var low = PortsCheck.Used(subject).Select(use => use.Port).Where(port => port < host.FirstFreePort).ToArray();
        if (low.Length > 0 && !host.MayBindLowPorts)
            yield return new("CW4102", Severity.Warning, string.Create(CultureInfo.InvariantCulture, $"This user may not bind ports below {host.FirstFreePort}, and the configuration needs {string.Join(", ", low)}."), Fix);
        if (!host.MaySendFrames && subject.Catalog.Networks.Any(network => network.Role != NetworkRole.Off))
            yield return new("CW4102", Severity.Warning, "This user may not send raw frames, which answers machines that have no address yet.", Fix);
    }
}
