using System.Net.Sockets;
using Cordwain.Management;
using Cordwain.Management.Check;

namespace Cordwain.Server.Hosting;

/// <summary>What goes wrong with ports and interfaces, in words that help.</summary>
public static class SocketProblems
{
    /// <summary>Why a UDP port could not be opened, with the program that holds it where it can be seen.</summary>
    /// <param name="use">What the port is for: <c>DHCP</c>, <c>TFTP</c> …</param>
    /// <param name="setting">The setting that changes the port.</param>
    public static Problem PortNotOpened(string use, int port, string? device, string setting, SocketException error)
    {
        var place = device is null ? $"UDP port {port} ({use})" : $"UDP port {port} ({use}) on {device}";
        return error.SocketErrorCode switch
        {
            SocketError.AddressAlreadyInUse => InUse(place, port, setting),
            SocketError.AccessDenied => new("CW2002", Severity.Error, $"{place} cannot be opened: no right to do so.",
                $"Start Cordwain as root, or give it CAP_NET_BIND_SERVICE and CAP_NET_RAW, or choose a port above 1023 with {setting}."),
            _ => new("CW2002", Severity.Error, $"{place} cannot be opened: {error.Message}.",
                "Check that the interface exists (ip address) and that no sandbox forbids network sockets."),
        };
    }

    public static Problem ReceiveBufferTooSmall(int wanted, int granted) =>
        new("CW2004", Severity.Warning, $"The system grants a receive buffer of {Size(granted)} instead of {Size(wanted)}; when many machines start at once, some will have to ask twice.",
            $"Run: sysctl -w net.core.rmem_max={wanted} (and put it into /etc/sysctl.d to keep it), or give Cordwain CAP_NET_ADMIN.");

    public static Problem NoRawFrames(string device, string reason) =>
        new("CW2003", Severity.Warning, $"Frames cannot be sent by hand on {device} ({reason}): machines without an address are answered by broadcast instead.",
            "Give Cordwain CAP_NET_RAW. Most machines boot without it.");

    public static Problem InterfaceMissing(string name) =>
        new("CW2005", Severity.Warning, $"The configuration names the interface {name}, which does not exist at the moment.",
            "Check the name with ip link; it is served as soon as it appears.");

    public static Problem NoInterface() =>
        new("CW2006", Severity.Warning, "No interface is served: none has an IPv4 address in a private network, or all were passed over.",
            "Name one under interfaces, or give one an address; it is served as soon as it has one.");

    static Problem InUse(string place, int port, string setting)
    {
        var owners = HostProcess.OnPort(Transport.Udp, port);
        var holder = owners.Count == 0 ? "another program" : string.Join(" and ", owners);
        var fix = owners.Count == 0
            ? $"Find it with: ss -ulpn 'sport = :{port}' (as root), and stop it, or choose another port with {setting}."
            : $"Stop it ({StopCommand(owners[0])}), let it serve other interfaces, or choose another port with {setting}.";
        return new("CW2001", Severity.Error, $"{place} is in use by {holder}.", fix);
    }

    static string StopCommand(HostProcess owner) => owner.Name switch
    {
        "dnsmasq" => "systemctl stop dnsmasq",
        "dhcpd" => "systemctl stop isc-dhcp-server",
        "kea-dhcp4" => "systemctl stop kea-dhcp4-server",
        "in.tftpd" => "systemctl stop tftpd-hpa",
        "systemd-network" => "DHCPServer=no in its .network file",
        _ => $"kill {owner.Id}",
    };

    static string Size(int bytes) => bytes >= 1 << 20 ? $"{bytes >> 20} MiB" : $"{bytes >> 10} KiB";
}
