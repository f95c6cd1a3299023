using System.Globalization;

namespace Cordwain.Management.Check;

/// <summary>Whether a firewall may be in the way. It can only be hinted at: what the rules mean for boot traffic is not worked out.</summary>
sealed class FirewallCheck : ICheck
{
    public string Title => "firewall";

    public IEnumerable<Problem> Examine(CheckSubject subject)
    {
        var ports = PortsCheck.Used(subject).Select(use => string.Create(CultureInfo.InvariantCulture, $"{use.Port}/{(use.Transport == Transport.Udp ? "udp" : "tcp")}")).ToArray();
        foreach (var (name, sign) in subject.Host.Firewalls)
            yield return new("CW4104", Severity.Warning, $"{name} seems to be active ({sign}).", name switch
            {
                "ufw" => $"Let the ports in: {string.Join(", ", ports.Select(port => $"`ufw allow {port}`"))}.",
                "firewalld" => $"Let the ports in: `firewall-cmd --permanent {string.Join(' ', ports.Select(port => "--add-port=" + port))}`, then `firewall-cmd --reload`.",
                _ => $"See that it lets in {string.Join(", ", ports)}.",
            });
    }
}
