using System.Net.Sockets;
using Cordwain.Management;
using Cordwain.Management.Check;
using Microsoft.AspNetCore.Connections;

namespace Cordwain.Server.HttpBoot;

/// <summary>Why the port of boot HTTP could not be opened, in words that help.</summary>
static class HttpPortProblems
{
    public static Problem NotOpened(int port, Exception error) => error switch
    {
        { InnerException: AddressInUseException } or AddressInUseException or SocketException { SocketErrorCode: SocketError.AddressAlreadyInUse } => InUse(port),
        SocketException { SocketErrorCode: SocketError.AccessDenied } => new("CW2002", Severity.Error,
            $"TCP port {port} (boot HTTP) cannot be opened: no right to do so.",
            "Start Cordwain as root, or give it CAP_NET_BIND_SERVICE, or choose a port above 1023 with http.port."),
        _ => new("CW2002", Severity.Error, $"TCP port {port} (boot HTTP) cannot be opened: {error.Message}",
            "Check that the addresses exist on this machine (ip address)."),
    };

    static Problem InUse(int port)
    {
        var owners = HostProcess.OnPort(Transport.Tcp, port);
        var fix = owners.Count == 0
            ? $"Find it with: ss -ltnp 'sport = :{port}' (as root), and stop it, or choose another port with http.port."
            : $"Stop it (kill {owners[0].Id}), or choose another port with http.port.";
        return new("CW2001", Severity.Error,
            $"TCP port {port} (boot HTTP) is in use by {(owners.Count == 0 ? "another program" : string.Join(" and ", owners))}.", fix);
    }
}
