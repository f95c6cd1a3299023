using System.Net;
using System.Net.Sockets;

namespace Cordwain.Faults.Tests.Support;

/// <summary>Many machines behind one relay that take, renew and give back addresses, and remember every ACK.</summary>
/// <remarks>
/// What an ACK gave is held until the RELEASE is sent. A second holder of an address, or a refusal of what is held, is a fault and is written down.
/// </remarks>
sealed class LeaseLoad : IDisposable
{
    const int ResendAfter = 400;

    readonly Socket _socket;
    EndPoint _server = new IPEndPoint(IPAddress.Any, 0);
    uint _serverId;
    readonly uint _relay;
    readonly Random _random;
    readonly LoadClient[] _clients;
    readonly Dictionary<ulong, LoadClient> _byMac;
    readonly Dictionary<uint, LoadClient> _holders = [];
    readonly List<LoadClient> _waiting = [];
    readonly byte[] _buffer = new byte[2048];
    uint _xid;
    int _most = int.MaxValue;

    public LeaseLoad(string host, string relay, int clients, int seed, ulong firstMac = 0x5254_0000_0000, string server = "10.80.0.1")
    {
        Server = server;
        _socket = Namespaces.Udp(host, new(IPAddress.Parse(relay), 67));
        _relay = RelayedMessage.Number(relay);
        _random = new(seed);
        _xid = (uint)seed << 16;
        _clients = [.. Enumerable.Range(0, clients).Select(i => new LoadClient(firstMac + (ulong)i))];
        _byMac = _clients.ToDictionary(client => client.Mac);
    }

    /// <summary>Where the relay sends to.</summary>
    public string Server
    {
        set => (_server, _serverId) = (new IPEndPoint(IPAddress.Parse(value), 67), RelayedMessage.Number(value));
    }

    /// <summary>The servers that ACKs have named (option 54).</summary>
    public HashSet<string> ServersNamed { get; } = [];

    /// <summary>What must never happen, in words.</summary>
    public List<string> Faults { get; } = [];

    public long Acks { get; private set; }

    public IEnumerable<LoadClient> Holders => _clients.Where(client => client.Address != 0);

    /// <summary>Of a hundred acts of a machine with an address, how many give it back.</summary>
    public int Releases { get; set; } = 15;

    /// <summary>How many machines wait for an answer at once.</summary>
    public int Window { get; set; } = 64;

    /// <summary>Machines at random take, renew and give back, for a time.</summary>
    public void Run(TimeSpan time, Func<bool>? until = null)
    {
        for (var end = Environment.TickCount64 + (long)time.TotalMilliseconds; Environment.TickCount64 < end && until?.Invoke() != true;)
        {
            for (var tries = 0; _waiting.Count < Window && tries < Window; tries++)
                Act(_clients[_random.Next(_clients.Length)]);
            Receive(2);
            Resend();
        }
    }

    /// <summary>Every machine asks for an address; those that get none in time stay without.</summary>
    public void TakeAll(TimeSpan limit, Func<bool>? until = null)
    {
        var todo = new Queue<LoadClient>(_clients.Where(client => client.Address == 0));
        Ask(todo, limit, client => Send(client, RelayedMessage.Discover, 0, 0, 0), until);
        Forget();
    }

    /// <summary>One more machine asks until it has an address.</summary>
    public bool TakeOne(TimeSpan limit)
    {
        Forget();
        var before = Holders.Count();
        Ask(new([_clients.First(client => client.Address == 0)]), limit, client => Send(client, RelayedMessage.Discover, 0, 0, 0));
        Forget();
        return Holders.Count() > before;
    }

    /// <summary>Takes in what was sent before and not read yet: those ACKs count.</summary>
    public void Drain()
    {
        while (Receive(20))
        {
        }
    }

    /// <summary>Nobody waits for anything any more: what was asked of a server that is dead gets no answer.</summary>
    public void Forget()
    {
        foreach (var client in _waiting)
            client.Asked = null;
        _waiting.Clear();
    }

    /// <summary>Asks for one held address until it is confirmed.</summary>
    /// <returns>False when it was not in time.</returns>
    public bool WaitUntilServed(TimeSpan limit, int every = 5)
    {
        var asker = Holders.FirstOrDefault() ?? throw new InvalidOperationException("Nobody holds an address.");
        var before = Acks;
        for (var end = Environment.TickCount64 + (long)limit.TotalMilliseconds; Environment.TickCount64 < end;)
        {
            Reboot(asker);
            if (Receive(every) && Acks > before)
                return true;
            Forget();
        }

        return false;
    }

    /// <summary>Every holder starts anew and asks for its address (INIT-REBOOT), which only a server that knows it confirms.</summary>
    /// <returns>How many were confirmed.</returns>
    public int AskAll(TimeSpan limit)
    {
        Forget();
        var confirmed = Acks;
        Ask(new(Holders), limit, Reboot);
        foreach (var client in _waiting)
            Faults.Add($"{client.Mac:x12} holds {RelayedMessage.Text(client.Address)} and gets no answer");
        Forget();
        return (int)(Acks - confirmed);
    }

    /// <summary>Some holders ask for their addresses, each a second time at most.</summary>
    /// <returns>How many were confirmed.</returns>
    public int AskSome(int holders, TimeSpan limit)
    {
        Forget();
        var confirmed = Acks;
        _most = 2;
        Ask(new(Holders.Take(holders)), limit, Reboot, until: () => _waiting.TrueForAll(client => client.Sends > 1 && Environment.TickCount64 - client.SentAt > ResendAfter));
        _most = int.MaxValue;
        Forget();
        return (int)(Acks - confirmed);
    }

    public void Dispose() => _socket.Dispose();

    void Ask(Queue<LoadClient> todo, TimeSpan limit, Action<LoadClient> ask, Func<bool>? until = null)
    {
        for (var end = Environment.TickCount64 + (long)limit.TotalMilliseconds; Environment.TickCount64 < end && todo.Count + _waiting.Count > 0 && (todo.Count > 0 || until?.Invoke() != true);)
        {
            while (_waiting.Count < Window && todo.TryDequeue(out var client))
                ask(client);
            Receive(2);
            Resend();
        }
    }

    void Act(LoadClient client)
    {
        if (client.IsWaiting)
            return;
        if (client.Address == 0)
            Send(client, RelayedMessage.Discover, 0, 0, 0);
        else if (_random.Next(100) < Releases)
            GiveBack(client);
        else if (_random.Next(2) == 0)
            Reboot(client);
        else
            Send(client, RelayedMessage.Request, client.Address, 0, 0);
    }

    public void GiveBack(LoadClient client)
    {
        var address = client.Address;
        client.Address = 0;
        _holders.Remove(address);
        _socket.SendTo(RelayedMessage.Write(RelayedMessage.Release, ++_xid, client.Mac, _relay, ciaddr: address, server: _serverId), _server);
    }

    void Reboot(LoadClient client) => Send(client, RelayedMessage.Request, 0, client.Address, 0);

    void Send(LoadClient client, byte type, uint ciaddr, uint requested, uint server)
    {
        if (!client.IsWaiting)
            _waiting.Add(client);
        (client.Xid, client.Type, client.Sends) = (++_xid, type, 1);
        client.Asked = RelayedMessage.Write(type, client.Xid, client.Mac, _relay, ciaddr, requested, server);
        client.SentAt = Environment.TickCount64;
        _socket.SendTo(client.Asked, _server);
    }

    void Resend()
    {
        var now = Environment.TickCount64;
        for (var i = _waiting.Count - 1; i >= 0; i--)
        {
            var client = _waiting[i];
            if (now - client.SentAt < ResendAfter || client.Sends >= _most)
                continue;
            client.SentAt = now;
            client.Sends++;
            _socket.SendTo(client.Asked!, _server);
        }
    }

    /// <returns>Whether anything came.</returns>
    bool Receive(int milliseconds)
    {
        if (!_socket.Poll(milliseconds * 1000, SelectMode.SelectRead))
            return false;
        while (_socket.Available > 0)
        {
            var length = _socket.Receive(_buffer);
            if (RelayedMessage.TryRead(_buffer.AsSpan(0, length), out var answer) && _byMac.TryGetValue(answer.Mac, out var client)
                && client.IsWaiting && client.Xid == answer.Xid)
                Take(client, answer);
        }

        return true;
    }

    void Take(LoadClient client, RelayedMessage.Answer answer)
    {
        if (answer.Type == RelayedMessage.Offer && client.Type == RelayedMessage.Discover)
        {
            Send(client, RelayedMessage.Request, 0, answer.Address, answer.Server);
            return;
        }

        if (client.Type != RelayedMessage.Request || answer.Type is not (RelayedMessage.Ack or RelayedMessage.Nak))
            return;
        client.Asked = null;
        _waiting.Remove(client);
        if (answer.Type == RelayedMessage.Nak)
            Refused(client);
        else
            Given(client, answer);
    }

    void Refused(LoadClient client)
    {
        if (client.Address == 0)
            return;
        Faults.Add($"{client.Mac:x12} holds {RelayedMessage.Text(client.Address)} and is refused it");
        _holders.Remove(client.Address);
        client.Address = 0;
    }

    void Given(LoadClient client, RelayedMessage.Answer answer)
    {
        Acks++;
        ServersNamed.Add(RelayedMessage.Text(answer.Server));
        if (client.Address != 0 && client.Address != answer.Address)
            Faults.Add($"{client.Mac:x12} holds {RelayedMessage.Text(client.Address)} and is given {RelayedMessage.Text(answer.Address)}");
        if (_holders.TryGetValue(answer.Address, out var other) && other != client)
        {
            if (other.Until < Environment.TickCount64)
                other.Address = 0;
            else
                Faults.Add($"{RelayedMessage.Text(answer.Address)} has two holders: {other.Mac:x12} and {client.Mac:x12}");
        }

        if (client.Address != 0)
            _holders.Remove(client.Address);
        client.Address = answer.Address;
        client.Until = Environment.TickCount64 + answer.Lease * 1000L;
        _holders[answer.Address] = client;
    }
}
