using System.Net.Sockets;
using Cordwain.Boot.Dhcp;
using Cordwain.Management;
using Cordwain.Protocols.Dhcp4;
using Cordwain.Protocols.Wire;
using Cordwain.Server.Hosting;
using Cordwain.Server.Linux;

namespace Cordwain.Server.Dhcp;

/// <summary>One interface: its two ports, a thread that listens on each, and the ways out.</summary>
sealed class DhcpLink : IDhcpLink, IDisposable
{
    readonly DhcpQueue _queue;
    readonly DhcpCounters _counters;
    readonly DhcpSettings _settings;
    readonly IDatagramSocket _dhcp, _bootServer;
    readonly List<Thread> _listeners = [];
    readonly PacketSocket? _frames;
    volatile Addresses _addresses;
    volatile bool _closed;

    DhcpLink(NetworkDevice device, IReadOnlyCollection<DeviceAddress> own, DhcpSettings settings, DhcpQueue queue, DhcpCounters counters, List<Problem> warnings)
    {
        (_settings, _queue, _counters, _addresses) = (settings, queue, counters, new(device, own));
        _dhcp = DatagramSockets.Open(device, settings.Port, "DHCP", "dhcp.port", settings.ReceiveBuffer, out var warning);
        try
        {
            _bootServer = DatagramSockets.Open(device, settings.BootServerPort, "PXE boot server", "dhcp.boot-server-port", settings.ReceiveBuffer, out _);
        }
        catch
        {
            _dhcp.Dispose();
            throw;
        }

        _frames = OpenFrames(device, warnings);
        if (warning is not null)
            warnings.Add(warning);
    }

    public NetworkDevice Device => _addresses.Device;

    public string Name => _addresses.Device.Name;

    /// <summary>The port it listens on for DHCP.</summary>
    public int Port => _dhcp.Port;

    public int BootServerPort => _bootServer.Port;

    /// <exception cref="ProblemException">A port is taken, or we have no right.</exception>
    public static DhcpLink Open(
        NetworkDevice device, IReadOnlyCollection<DeviceAddress> own, DhcpSettings settings, DhcpQueue queue, DhcpCounters counters, List<Problem> warnings) =>
        new(device, own, settings, queue, counters, warnings);

    /// <summary>Starts to listen.</summary>
    public void Start()
    {
        Listen(_dhcp, DhcpArrival.ServerPort);
        Listen(_bootServer, DhcpArrival.BootServerPort);
    }

    /// <summary>Takes over new addresses; from now on nothing leaves from an old one.</summary>
    public void Update(NetworkDevice device, IReadOnlyCollection<DeviceAddress> own) => _addresses = new(device, own);

    public bool Serves(Ipv4Address server) => !_closed && _addresses.Own.Any(address => address.Address == server);

    public bool Send(ReplyDestination to, Ipv4Address from, int arrivalPort, ReadOnlySpan<byte> payload)
    {
        var socket = arrivalPort == DhcpArrival.BootServerPort ? _bootServer : _dhcp;
        var port = OnTheWire(to.Port);
        try
        {
            if (to.Mode == ReplyMode.Unicast)
                return socket.Send(payload, from, to.Address, port);
            if (to is { Mode: ReplyMode.Frame, Mac: { } mac } && SendFrame(new(mac, to.Address, port), from, socket.Port, payload))
                return true;
            return socket.Send(payload, from, Ipv4Address.Broadcast, port);
        }
        catch (ObjectDisposedException)
        {
            return false;   // the interface went while the answer was on its way to it
        }
    }

    public void Dispose()
    {
        _closed = true;
        _dhcp.Close();
        _bootServer.Close();
        foreach (var listener in _listeners)
            listener.Join();
        _dhcp.Dispose();
        _bootServer.Dispose();
        _frames?.Dispose();
    }

    bool SendFrame(FrameEnd to, Ipv4Address from, int fromPort, ReadOnlySpan<byte> payload)
    {
        var device = _addresses.Device;
        if (_frames is null || device.Mac is not { } mac || UdpFrame.PacketLength(payload.Length) > device.Mtu)
            return false;

        Span<byte> frame = stackalloc byte[UdpFrame.HeaderLength + payload.Length];
        var length = UdpFrame.Write(frame, new(mac, from, fromPort), to, payload);
        return length > 0 && _frames.Send(frame[..length]);
    }

    void Listen(IDatagramSocket socket, int port)
    {
        DatagramSink take = (payload, origin) => Take(payload, origin, port);
        var listener = new Thread(() =>
        {
            while (socket.Receive(take))
            {
            }
        })
        { IsBackground = true, Name = $"dhcp {Name}:{socket.Port}" };
        _listeners.Add(listener);
        listener.Start();
    }

    void Take(ReadOnlySpan<byte> payload, DatagramOrigin origin, int port)
    {
        _counters.CountReceived();
        if (!DhcpMessage.TryParse(payload, out var message, out _) || message.Op != DhcpMessage.BootRequest)
        {
            _counters.CountMalformed();
            return;
        }

        var (device, own) = _addresses;
        if (device.Addresses.IsEmpty)
            return;

        var server = ServerAddress.Choose(message, origin.Destination, device.Addresses, own, _settings.Networks);
        var links = device.Addresses.Contains(server) ? device.Addresses : device.Addresses.Add(server);
        var arrival = new DhcpArrival(device.Name, server.Address, port, origin.Source, FromTheWire(origin.SourcePort))
        {
            Links = [.. links.Select(link => (link.Address, link.Network))],
        };
        _queue.Add(new(message, payload.ToArray(), arrival, this));
    }

    /// <summary>The decision speaks of the standard ports; the configuration may have put others in their place.</summary>
    int OnTheWire(int port) => port switch
    {
        DhcpArrival.ServerPort => _settings.Port,
        DhcpArrival.ClientPort => _settings.ClientPort,
        _ => port,
    };

    int FromTheWire(int port) => port == _settings.Port ? DhcpArrival.ServerPort : port == _settings.ClientPort ? DhcpArrival.ClientPort : port;

    static PacketSocket? OpenFrames(NetworkDevice device, List<Problem> warnings)
    {
        if (!OperatingSystem.IsLinux() || device.Mac is null)
            return null;
        try
        {
            return PacketSocket.Open(device.Index, protocol: 0);
        }
        catch (SocketException e)
        {
            warnings.Add(SocketProblems.NoRawFrames(device.Name, e.Message));
            return null;
        }
    }

    sealed record Addresses(NetworkDevice Device, IReadOnlyCollection<DeviceAddress> Own);
}
