using System.Collections.Concurrent;
using Cordwain.Boot.Dhcp;
using Cordwain.Protocols.Dhcp4;
using Cordwain.Protocols.Pxe;
using Cordwain.Protocols.Wire;
using Cordwain.Server.Hosting;

namespace Cordwain.Storm;

/// <summary>The DHCP exchanges of all machines over one port: 67 as a relay, 68 on a link.</summary>
sealed class DhcpConversations : IDisposable
{
    const int ReceiveBuffer = 32 << 20, BootServerPort = 4011;

    readonly StormPlan _plan;
    readonly StormWatch _watch;
    readonly StormTally _tally;
    readonly IDatagramSocket _socket;
    readonly Lock _sending = new();
    readonly ConcurrentDictionary<uint, Conversation> _open = new();
    readonly Thread _thread;
    readonly Ipv4Address _own;
    int _lastXid = Random.Shared.Next();

    /// <exception cref="ProblemException">The port is taken, or we have no right.</exception>
    public DhcpConversations(StormPlan plan, StormWatch watch, StormTally tally)
        : this(plan, watch, tally, Open(plan))
    {
    }

    internal DhcpConversations(StormPlan plan, StormWatch watch, StormTally tally, IDatagramSocket socket)
    {
        (_plan, _watch, _tally, _socket) = (plan, watch, tally, socket);
        _own = plan.IsRelayed ? plan.Relay : plan.Device.Addresses is [var first, ..] ? first.Address : default;
        _thread = new(Receive) { IsBackground = true, Name = "storm dhcp" };
        _thread.Start();
    }

    /// <summary>One exchange to its end.</summary>
    /// <exception cref="StormException">It led to nothing.</exception>
    public async Task<PxeExchange> Talk(PxeClient client, CancellationToken stop)
    {
        var xid = (uint)Interlocked.Increment(ref _lastXid);
        var exchange = new PxeExchange(client, xid, new(_plan.Relay, _plan.ProxyOnly, _plan.IsRelayed ? default : _plan.Server, _own, Conversation.Patience));
        var conversation = new Conversation(this, exchange);
        _open[xid] = conversation;
        _watch.Add(conversation);
        try
        {
            conversation.Begin();
            await conversation.Ended.WaitAsync(stop);
            return exchange;
        }
        finally
        {
            _watch.Remove(conversation);
            _open.TryRemove(xid, out _);
        }
    }

    /// <summary>Gives an address back; nobody confirms that (RFC 2131 §4.4.6).</summary>
    public void Release(PxeClient client, Ipv4Address address, Ipv4Address server) =>
        Send(client.Release((uint)Interlocked.Increment(ref _lastXid), address, server), server, DhcpArrival.ServerPort);

    public void Dispose()
    {
        _socket.Close();
        _thread.Join();
        _socket.Dispose();
    }

    static IDatagramSocket Open(StormPlan plan)
    {
        var port = plan.IsRelayed ? DhcpArrival.ServerPort : DhcpArrival.ClientPort;
        return DatagramSockets.Open(plan.Device, port, plan.IsRelayed ? "DHCP, as a relay" : "DHCP, as a client", "a network namespace of its own", ReceiveBuffer, out _);
    }

    void Send(PxeExchange exchange)
    {
        var (to, port) = exchange.BootServer is { } server ? (server, BootServerPort)
            : (_plan.IsRelayed ? _plan.Server : Ipv4Address.Broadcast, DhcpArrival.ServerPort);
        Send(exchange.Outgoing, to, port);
    }

    void Send(DhcpMessage message, Ipv4Address to, int port)
    {
        Span<byte> buffer = stackalloc byte[DhcpMessage.MaxPayload];
        var payload = buffer[..message.Encode(buffer, DhcpMessage.MaxPayload)];
        lock (_sending)   // machines begin on many threads, and go on those that receive and that watch
            _socket.Send(payload, _own, to, port);
    }

    void Receive()
    {
        while (_socket.Receive(OnDatagram))
        {
        }
    }

    void OnDatagram(ReadOnlySpan<byte> payload, DatagramOrigin origin)
    {
        if (DhcpMessage.TryParse(payload, out var message, out _) && _open.TryGetValue(message.Xid, out var conversation))
            conversation.OnReply(message);
    }

    /// <summary>An exchange under way, with its clock: a second, then twice as long each time, as iPXE has it.</summary>
    sealed class Conversation(DhcpConversations owner, PxeExchange exchange) : Watched
    {
        public const int Patience = 5;

        static readonly TimeSpan First = TimeSpan.FromSeconds(1), Longest = TimeSpan.FromSeconds(10);

        readonly TaskCompletionSource _ended = new(TaskCreationOptions.RunContinuationsAsynchronously);
        readonly Lock _gate = new();
        TimeSpan _wait;

        public Task Ended => _ended.Task;

        public void Begin()
        {
            lock (_gate)
                Follow(PxeExchangeStep.Send, First);
        }

        public void OnReply(DhcpMessage reply)
        {
            lock (_gate)
            {
                if (!_ended.Task.IsCompleted)
                    Follow(exchange.OnReply(reply), First);
            }
        }

        protected override void OnSilence()
        {
            lock (_gate)
            {
                if (_ended.Task.IsCompleted)
                    return;
                var before = exchange.Resends;
                Follow(exchange.OnSilence(), _wait * 2 < Longest ? _wait * 2 : Longest);
                owner._tally.Resent(exchange.Resends - before);
            }
        }

        protected override void OnBroken(Exception e) => _ended.TrySetException(e);

        void Follow(PxeExchangeStep step, TimeSpan wait)
        {
            switch (step)
            {
                case PxeExchangeStep.Send:
                    _wait = wait;
                    owner.Send(exchange);
                    WaitFor(wait);
                    break;
                case PxeExchangeStep.Done:
                case PxeExchangeStep.Fail:
                    WaitNoMore();
                    _ended.TrySetResult();
                    break;
            }
        }
    }
}
