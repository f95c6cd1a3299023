using Cordwain.Boot.Dhcp;
using Cordwain.Protocols.Dhcp4;
using Cordwain.Protocols.Wire;
using Cordwain.Simulation.Tests.Kernel;

namespace Cordwain.Simulation.Tests.Dhcp;

enum ClientState
{
    Off,
    Selecting,
    Requesting,
    Rebooting,
    Bound,
    Renewing,
    Rebinding,
}

/// <summary>A DHCP client as RFC 2131 §4.4 and figure 5 have it, with the habits of real ones. Believes what it was told until its lease ends by its own clock.</summary>
sealed class DhcpClientModel(DhcpWorld world, int number, bool isRemote, SeededRandom random)
{
    // Longer than the ten seconds of RFC 2131 §3.1.5: what was given up must not be held again while a late copy of the RELEASE or
    // DECLINE is still on its way. DHCP cannot tell such a copy from a new message.
    static readonly TimeSpan Rest = TimeSpan.FromSeconds(40);

    readonly MacAddress _mac = DhcpSite.MacOf(number);

    // Firmware and system of one machine may name themselves differently: each name is a client of its own.
    readonly byte[]?[] _names = random.Below(4) switch { 0 => [[0, (byte)number, 7]], 1 => [null, [255, (byte)number, 1, 2, 3]], _ => [null] };
    readonly double _haste = random.Chance(0.5) ? random.Below(20) / 1000.0 : 0;   // a clock that goes ahead ends the lease early
    readonly bool _wishesVary = random.Chance(0.2);
    readonly TimeSpan? _wish = random.Chance(0.3) ? TimeSpan.FromSeconds(random.Between(20, 2000)) : null;
    readonly bool _takesFirstOffer = random.Chance(0.8);
    int _name;
    int _version;   // timers of an earlier state say nothing
    uint _xid;
    int _tries;
    TimeSpan _asked;
    DhcpMessage? _offer;
    TimeSpan _restsUntil;
    Ipv4Address _server;

    public ClientState State { get; private set; }

    public Ipv4Address Address { get; private set; }

    /// <summary>When the lease ends by this client's clock.</summary>
    public TimeSpan LeaseEnd { get; private set; }

    public MacAddress Mac => _mac;

    public bool IsRemote => isRemote;

    /// <summary>Whether it is in a state to use an address now.</summary>
    public bool HasAddress => State is ClientState.Bound or ClientState.Renewing or ClientState.Rebinding;

    public override string ToString() => $"client {number} ({_mac}{(isRemote ? ", behind the relay" : "")})";

    /// <summary>Starts, with the address of before in its head or not.</summary>
    public void PowerOn()
    {
        if (State != ClientState.Off)
            return;
        if (world.Time.Now < _restsUntil)
        {
            world.Time.After(_restsUntil - world.Time.Now, PowerOn);
            return;
        }

        _name = random.Below(_names.Length);
        if (!Address.IsAny && random.Chance(0.6))
            Reboot();
        else
            Discover();
    }

    public void PowerOff()
    {
        if (HasAddress)
            world.Oracle.OnLetGo(this, Address);
        if (random.Chance(0.3))
            Address = default;
        Enter(ClientState.Off);
    }

    public void Release()
    {
        if (!HasAddress)
            return;
        world.Oracle.OnLetGo(this, Address);
        Send(DhcpMessageType.Release, unicast: true, ciaddr: Address, more: options => options.Set(DhcpOptions.ServerIdentifier, _server));
        Enter(ClientState.Off);
        Address = default;
        _restsUntil = world.Time.Now + Rest;
    }

    public void Receive(DhcpMessage reply)
    {
        if (reply.Xid != _xid || State is ClientState.Off or ClientState.Bound)
            return;
        switch (reply.Type)
        {
            case DhcpMessageType.Offer when State == ClientState.Selecting:
                OnOffer(reply);
                break;
            case DhcpMessageType.Ack when State is not ClientState.Selecting && !reply.Yiaddr.IsAny:
                OnAck(reply);
                break;
            case DhcpMessageType.Nak when State is not ClientState.Selecting:
                OnNak();
                break;
        }
    }

    void Discover()
    {
        Enter(ClientState.Selecting);
        _xid = (uint)random.Next();
        _tries = 0;
        _offer = null;
        RepeatDiscover();
    }

    void RepeatDiscover()
    {
        if (_tries++ >= 6)
        {
            _xid = (uint)random.Next();
            _tries = 1;
        }

        Send(DhcpMessageType.Discover, unicast: false, more: Wish);
        Timer(Backoff(), RepeatDiscover);
    }

    void OnOffer(DhcpMessage offer)
    {
        if (_offer is null && !_takesFirstOffer)
            Timer(TimeSpan.FromSeconds(1), Choose);
        if (_offer is null || random.Chance(0.5))
            _offer = offer;
        if (_takesFirstOffer)
            Choose();
    }

    void Choose()
    {
        if (_offer is not { } offer)
            return;
        _server = offer.Options.TryGet(DhcpOptions.ServerIdentifier, out var server) ? server : default;
        Enter(ClientState.Requesting);
        _xid = random.Chance(0.5) ? _xid : (uint)random.Next();
        _asked = world.Time.Now;
        _tries = 0;
        RepeatRequest();

        void RepeatRequest()
        {
            if (_tries++ >= 5)
            {
                Discover();
                return;
            }

            Send(DhcpMessageType.Request, unicast: false, more: options => Wish(options)
                .Set(DhcpOptions.ServerIdentifier, _server).Set(DhcpOptions.RequestedIpAddress, offer.Yiaddr));
            Timer(Backoff(), RepeatRequest);
        }
    }

    /// <summary>INIT-REBOOT.</summary>
    void Reboot()
    {
        Enter(ClientState.Rebooting);
        _xid = (uint)random.Next();
        _asked = world.Time.Now;
        _tries = 0;
        Repeat();

        void Repeat()
        {
            if (_tries++ < 4)
            {
                Send(DhcpMessageType.Request, unicast: false, more: options => Wish(options).Set(DhcpOptions.RequestedIpAddress, Address));
                Timer(Backoff(), Repeat);
            }
            else if (LeaseEnd > world.Time.Now + TimeSpan.FromSeconds(2) && random.Chance(0.5))
            {
                // RFC 2131 §3.2: without an answer it may go on with the lease it had.
                Hold(LeaseEnd - world.Time.Now);
            }
            else
            {
                Discover();
            }
        }
    }

    void OnAck(DhcpMessage ack)
    {
        var lease = ack.Options.TryGet(DhcpOptions.IpAddressLeaseTime, out var told) ? told : TimeSpan.FromSeconds(1);
        if (HasAddress)
            world.Oracle.OnLetGo(this, Address);
        Address = ack.Yiaddr;
        _server = ack.Options.TryGet(DhcpOptions.ServerIdentifier, out var server) ? server : _server;

        // RFC 2131 §4.4.1: the lease runs from the time at which it was asked for.
        LeaseEnd = _asked + lease * (1 - _haste);
        if (LeaseEnd <= world.Time.Now)
            Discover();
        else if (!HasAddress && world.IsTroubled && random.Chance(world.DeclineShare))
            Decline();
        else
            Hold(LeaseEnd - world.Time.Now);
    }

    /// <summary>Somebody answers ARP for the address: a machine that got it by hand.</summary>
    void Decline()
    {
        var declined = Address;
        Address = default;
        Send(DhcpMessageType.Decline, unicast: false, more: options => options
            .Set(DhcpOptions.ServerIdentifier, _server).Set(DhcpOptions.RequestedIpAddress, declined));
        Enter(ClientState.Selecting);
        _xid = (uint)random.Next();
        Timer(Rest, Discover);
    }

    void Hold(TimeSpan rest)
    {
        world.Oracle.OnBound(this, Address, LeaseEnd);
        Enter(ClientState.Bound);
        Timer(rest * 0.5 * random.Between(90, 110) / 100, () => Extend(ClientState.Renewing, LeaseEnd - rest / 8));
    }

    /// <summary>RENEWING, then REBINDING, then without an address.</summary>
    void Extend(ClientState state, TimeSpan end)
    {
        Enter(state);
        _xid = (uint)random.Next();
        _asked = world.Time.Now;
        Repeat();

        void Repeat()
        {
            if (world.Time.Now >= end)
            {
                if (state == ClientState.Renewing)
                    Extend(ClientState.Rebinding, LeaseEnd);
                else
                    Lose();
                return;
            }

            Send(DhcpMessageType.Request, unicast: state == ClientState.Renewing, ciaddr: Address, more: options => Wish(options));
            var wait = (end - world.Time.Now) / 2;
            Timer(wait < TimeSpan.FromSeconds(4) ? end - world.Time.Now : wait, Repeat);
        }
    }

    void OnNak()
    {
        if (HasAddress)
            world.Oracle.OnLetGo(this, Address);
        Address = default;
        Enter(ClientState.Selecting);
        _xid = (uint)random.Next();
        Timer(TimeSpan.FromSeconds(1), Discover);
    }

    void Lose()
    {
        world.Oracle.OnLetGo(this, Address);
        Address = default;
        Discover();
    }

    DhcpOptionSet.Builder Wish(DhcpOptionSet.Builder options)
    {
        if (_wishesVary)
            options.Set(DhcpOptions.IpAddressLeaseTime, TimeSpan.FromSeconds(random.Between(20, 2000)));
        else if (_wish is { } wish)
            options.Set(DhcpOptions.IpAddressLeaseTime, wish);
        return options;
    }

    void Send(DhcpMessageType type, bool unicast, Ipv4Address ciaddr = default, Func<DhcpOptionSet.Builder, DhcpOptionSet.Builder>? more = null)
    {
        var message = DhcpMessages.From(type, _mac, _xid, options =>
        {
            if (_names[_name] is { } name)
                options.Set(DhcpOptions.ClientIdentifier, name);
            more?.Invoke(options);
        }) with
        { Ciaddr = ciaddr, Secs = (ushort)_tries };
        world.SendFromClient(this, message, unicast, _server);
    }

    void Enter(ClientState state)
    {
        world.Time.Tell?.Invoke($"{this}: {state} {Address} until {LeaseEnd}");
        State = state;
        _version++;
    }

    TimeSpan Backoff() => TimeSpan.FromSeconds(Math.Min(32, 1 << Math.Min(_tries, 5))) * (random.Between(80, 120) / 100.0);

    void Timer(TimeSpan delay, Action happens)
    {
        var version = ++_version;
        world.Time.After(delay, () =>
        {
            if (version == _version)
                happens();
        });
    }
}
