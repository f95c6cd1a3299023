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
    readonly DhcpIntake _intake;
    readonly DhcpSettings _settings;
    readonly IDatagramSocket _dhcp, _bootServer;
    readonly List<Thread> _listeners = [];
    readonly PacketSocket? _frames;
    volatile Addresses _addresses;
    int _refused;
    volatile bool _closed;

    DhcpLink(NetworkDevice device, DeviceAddress[] own, DhcpSettings settings, DhcpIntake intake, List<Problem> warnings)
    {
        (_settings, _intake, _addresses) = (settings, intake, new(device, own));
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
    public static DhcpLink Open(NetworkDevice device, DeviceAddress[] own, DhcpSettings settings, DhcpIntake intake, List<Problem> warnings) =>
        new(device, own, settings, intake, warnings);

    /// <summary>Starts to listen.</summary>
    public void Start()
    {
        Listen(_dhcp, DhcpArrival.ServerPort);
        Listen(_bootServer, DhcpArrival.BootServerPort);
    }

    /// <summary>Takes over new addresses; from now on nothing leaves from an old one.</summary>
    public void Update(NetworkDevice device, DeviceAddress[] own) => _addresses = new(device, own);

    public bool Serves(Ipv4Address server)
    {
        if (_closed)
            return false;
        foreach (var address in _addresses.Own)
        {
            if (address.Address == server)
                return true;
        }

        return false;
    }

    public bool Send(ReplyDestination to, Ipv4Address from, int arrivalPort, ReadOnlySpan<byte> payload)
    {
        var socket = arrivalPort == DhcpArrival.BootServerPort ? _bootServer : _dhcp;
        var port = OnTheWire(to.Port);
        try
        {
            if (to.Mode == ReplyMode.Unicast)
                return Queue(socket, payload, from, to.Address, port);
            if (to is { Mode: ReplyMode.Frame, Mac: { } mac } && QueueFrame(new(mac, to.Address, port), from, socket.Port, payload))
                return true;
            return Queue(socket, payload, from, Ipv4Address.Broadcast, port);
        }
        catch (ObjectDisposedException)
        {
            return false;   // the interface went while the answer was on its way to it
        }
    }

    public int Flush()
    {
        try
        {
            return TakeRefused() + _dhcp.Flush() + _bootServer.Flush() + (_frames?.Flush() ?? 0);
        }
        catch (ObjectDisposedException)
        {
            return 0;
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

    int TakeRefused()
    {
        var refused = _refused;
        _refused = 0;
        return refused;
    }

    /// <summary>A full batch leaves first.</summary>
    bool Queue(IDatagramSocket socket, ReadOnlySpan<byte> payload, Ipv4Address from, Ipv4Address to, int port)
    {
        if (socket.Queue(payload, from, to, port))
            return true;
        _refused += socket.Flush();
        return socket.Queue(payload, from, to, port);
    }

    bool QueueFrame(FrameEnd to, Ipv4Address from, int fromPort, ReadOnlySpan<byte> payload)
    {
        var device = _addresses.Device;
        if (_frames is null || device.Mac is not { } mac || UdpFrame.PacketLength(payload.Length) > device.Mtu)
            return false;

        var length = UdpFrame.HeaderLength + payload.Length;
        if (_frames.Reserve(length).IsEmpty)
            _refused += _frames.Flush();
        var room = _frames.Reserve(length);
        if (room.IsEmpty || UdpFrame.Write(room, new(mac, from, fromPort), to, payload) != length)
            return false;
        _frames.Queue(room);
        return true;
    }

    /// <summary>Receives, answers, receives again: on one thread, so that no message waits for another thread to wake up.</summary>
    void Listen(IDatagramSocket socket, int port)
    {
        var shelf = new DatagramShelf();
        DatagramSink take = (payload, origin) => Take(shelf, payload, origin, port);
        var listener = new Thread(() =>
        {
            var isMore = false;
            while (socket.Receive(take, wait: !isMore))
                isMore = _intake.Work();
        })
        { IsBackground = true, Name = $"dhcp {Name}:{socket.Port}" };
        _listeners.Add(listener);
        listener.Start();
    }

    void Take(DatagramShelf shelf, ReadOnlySpan<byte> payload, DatagramOrigin origin, int port)
    {
        try
        {
            if (_intake.TryRead(payload, out var message) && ArrivalOf(message, origin, port) is { } arrival)
                _intake.Add(new(message, shelf.Keep(payload), arrival, this, _intake.Now));
        }
        catch (Exception e)
        {
            // A fault of ours costs this message its answer, and nobody else's.
            _intake.Failed(Name, payload, e);
        }
    }

    DhcpArrival? ArrivalOf(DhcpMessage message, DatagramOrigin origin, int port)
    {
        var addresses = _addresses;
        if (addresses.Device.Addresses.IsEmpty)
            return null;

        var server = ServerAddress.Choose(message, origin.Destination, addresses.Device.Addresses.AsSpan(), addresses.Own, _settings.Networks.AsSpan());
        return new(addresses.Device.Name, server.Address, port, origin.Source, FromTheWire(origin.SourcePort)) { Links = addresses.LinksWith(server) };
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

    /// <summary>The addresses of one moment, in the forms in which each message needs them.</summary>
    sealed class Addresses(NetworkDevice device, DeviceAddress[] own)
    {
        readonly (Ipv4Address, Ipv4Network)[] _links = [.. device.Addresses.Select(link => (link.Address, link.Network))];

        public NetworkDevice Device => device;

        public DeviceAddress[] Own => own;

        /// <summary>Those of the interface, and the one that was asked.</summary>
        public (Ipv4Address, Ipv4Network)[] LinksWith(DeviceAddress server) =>
            device.Addresses.Contains(server) ? _links : [.. _links, (server.Address, server.Network)];
    }
}
