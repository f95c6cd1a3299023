using System.Globalization;
using System.Net;
using System.Net.Sockets;
using Cordwain.Boot.Journal;
using Cordwain.Content;
using Cordwain.Management;
using Cordwain.Management.Check;
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
    readonly TftpTransport _transport = TftpTransport.OfThisSystem();
    TftpEngine? _engine;
    TransferSocket? _socket;
    Thread? _receiver;
    volatile bool _stopping;

    /// <param name="transport">Another than this system's best.</param>
    internal TftpService(TftpSettings settings, IBootFiles files, IBootJournal journal, TimeProvider clock, ILogger<TftpService> logger, TftpTransport transport)
        : this(settings, files, journal, clock, logger) => _transport = transport;

    /// <summary>What the service bound.</summary>
    /// <exception cref="InvalidOperationException">It has not been started.</exception>
    public IPEndPoint LocalEndPoint => (IPEndPoint)(_socket?.Socket.LocalEndPoint ?? throw new InvalidOperationException("The service has not been started."));

    /// <summary>Transfers under way.</summary>
    public int Transfers => _engine?.Transfers ?? 0;

    /// <summary>What it has done since its start.</summary>
    public TftpCounters Counters => Engine.Counters;

    /// <summary>No transfer is remembered, and no timer runs.</summary>
    internal bool IsAtRest => _engine?.IsAtRest ?? true;

    TftpEngine Engine => _engine ??= new(settings, files, journal, clock, logger, _transport);

    /// <exception cref="ProblemException">The port cannot be had: CW2031, CW2032 or CW2033.</exception>
    public Task StartAsync(CancellationToken cancellationToken)
    {
        var socket = _transport.Open(sharesAddresses: settings.Address.IsAny);
        try
        {
            socket.Socket.SetSocketOption(SocketOptionLevel.IP, SocketOptionName.PacketInformation, true);
            socket.Socket.Bind(new IPEndPoint(IpAddresses.Of(settings.Address), settings.Port));
        }
        catch (SocketException e)
        {
            socket.Dispose();
            throw new ProblemException(WhyNotBound(e), e);
        }

        _socket = socket;
        _receiver = Engine.ListenForRequests(socket);
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
        _engine?.Dispose();
        _socket?.Dispose();
        _receiver?.Join(TimeSpan.FromSeconds(2));
        _transport.Dispose();
    }

    Problem WhyNotBound(SocketException e)
    {
        var port = settings.Port.ToString(CultureInfo.InvariantCulture);
        var owners = e.SocketErrorCode == SocketError.AddressAlreadyInUse ? HostProcess.OnPort(Transport.Udp, settings.Port) : [];
        return e.SocketErrorCode switch
        {
            SocketError.AddressAlreadyInUse => new(
                "CW2031", Severity.Error, $"UDP port {port} (TFTP) is in use by {(owners.Count == 0 ? "another program" : string.Join(" and ", owners))}.",
                $"{(owners.Count == 0 ? $"Find it with `ss -lunp sport = :{port}` (as root) and stop it" : $"Stop it (kill {owners[0].Id}, or its service)")}, or set `tftp: {{ port: … }}`, or `tftp: {{ enabled: false }}` to do without."),
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
