using System.Globalization;
using System.Net;
using System.Net.Sockets;
using Cordwain.Boot.Journal;
using Cordwain.Content;
using Cordwain.Management;
using Cordwain.Protocols.Wire;
using Cordwain.Server.Hosting;
using Cordwain.Server.Linux;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace Cordwain.Server.Tftp;

/// <summary>Serves boot files by TFTP, read-only: RFC 1350 with the options of RFC 2347, 2348, 2349 and 7440.</summary>
public sealed partial class TftpService(TftpSettings settings, IBootFiles files, IBootJournal journal, TimeProvider clock, ILogger<TftpService> logger)
    : IHostedService, IDisposable
{
    readonly TftpEngine _engine = new(settings, files, journal, clock, logger);
    Socket? _socket;
    Thread? _receiver;
    volatile bool _stopping;

    /// <summary>What the service bound.</summary>
    /// <exception cref="InvalidOperationException">It has not been started.</exception>
    public IPEndPoint LocalEndPoint => (IPEndPoint)(_socket?.LocalEndPoint ?? throw new InvalidOperationException("The service has not been started."));

    /// <summary>Transfers under way.</summary>
    public int Transfers => _engine.Transfers;

    /// <exception cref="ProblemException">The port cannot be had: CW2031, CW2032 or CW2033.</exception>
    public Task StartAsync(CancellationToken cancellationToken)
    {
        var socket = new Socket(AddressFamily.InterNetwork, SocketType.Dgram, ProtocolType.Udp);
        try
        {
            socket.SetSocketOption(SocketOptionLevel.IP, SocketOptionName.PacketInformation, true);
            UdpBuffers.Enlarge(socket);
            socket.Bind(new IPEndPoint(IpAddresses.Of(settings.Address), settings.Port));
        }
        catch (SocketException e)
        {
            socket.Dispose();
            throw new ProblemException(WhyNotBound(e), e);
        }

        _socket = socket;
        _receiver = new(() => Receive(socket)) { IsBackground = true, Name = "tftp requests" };
        _receiver.Start();
        Listening(LocalEndPoint);
        return Task.CompletedTask;
    }

    public Task StopAsync(CancellationToken cancellationToken)
    {
        Dispose();
        return Task.CompletedTask;
    }

    public void Dispose()
    {
        if (_stopping)
            return;
        _stopping = true;
        _engine.Dispose();
        _socket?.Dispose();
        _receiver?.Join(TimeSpan.FromSeconds(2));
    }

    void Receive(Socket socket)
    {
        var buffer = new byte[4096];   // a request that fills it is refused as too long
        var single = settings.SinglePort ? new TransferSocket(socket, SharesAddresses: settings.Address.IsAny) : null;
        while (!_stopping)
        {
            try
            {
                var flags = SocketFlags.None;
                EndPoint from = new IPEndPoint(IPAddress.Any, 0);
                var length = socket.ReceiveMessageFrom(buffer, ref flags, ref from, out var information);
                var client = (IPEndPoint)from;
                _engine.OnRequestPacket(
                    new(new(IpAddresses.Of(client.Address), (ushort)client.Port), IpAddresses.Of(information.Address), single), buffer.AsSpan(0, length));
            }
            catch (Exception e) when (_stopping && e is SocketException or ObjectDisposedException)
            {
                return;
            }
            catch (SocketException)
            {
                // Windows reports here that an earlier packet met a closed port, or that one was too long.
            }
        }
    }

    Problem WhyNotBound(SocketException e)
    {
        var port = settings.Port.ToString(CultureInfo.InvariantCulture);
        var owners = OperatingSystem.IsLinux() && e.SocketErrorCode == SocketError.AddressAlreadyInUse ? PortOwner.OfUdp(settings.Port) : [];
        return e.SocketErrorCode switch
        {
            SocketError.AddressAlreadyInUse => new(
                "CW2031", Severity.Error, $"UDP port {port} (TFTP) is in use by {(owners.Count == 0 ? "another program" : string.Join(" and ", owners))}.",
                $"{(owners.Count == 0 ? $"Find it with `ss -lunp sport = :{port}` (as root) and stop it" : $"Stop it (kill {owners[0].Pid}, or its service)")}, or set `tftp: {{ port: … }}`, or `tftp: {{ enabled: false }}` to do without."),
            SocketError.AccessDenied => new(
                "CW2032", Severity.Error, $"There is no right to open UDP port {port} for TFTP.",
                "Run as root, or give the program the capability CAP_NET_BIND_SERVICE."),
            _ => new(
                "CW2033", Severity.Error, $"TFTP cannot listen on {settings.Address} port {port}: {e.Message}.",
                "Choose an address of this machine (`ip -4 addr`), or none to listen on all of them."),
        };
    }

    [LoggerMessage(2100, LogLevel.Information, "TFTP is ready on {EndPoint}.")]
    partial void Listening(EndPoint endPoint);
}
