using Cordwain.Boot.Leases;
using Cordwain.Protocols.Wire;
using Cordwain.Simulation.Tests.Kernel;

namespace Cordwain.Simulation.Tests.Dhcp;

/// <summary>Knows what the server has promised and what the clients believe, and objects when the two do not go together.</summary>
/// <param name="ignored">Properties that are not looked at: a planted bug is to be found by the one that is meant.</param>
sealed class DhcpOracle(VirtualTime time, IReadOnlySet<Property> ignored)
{
    readonly Dictionary<Ipv4Address, Promise> _promises = [];
    readonly Dictionary<Ipv4Address, Belief> _beliefs = [];
    readonly Dictionary<Ipv4Address, DateTimeOffset> _quarantine = [];
    readonly Dictionary<Ipv4Address, TimeSpan> _givenUp = [];

    public int Acknowledged { get; private set; }

    /// <summary>An ACK that has left, whether it arrives or not.</summary>
    readonly record struct Promise(ClientKey Client, MacAddress? Mac, DateTimeOffset Until);

    readonly record struct Belief(DhcpClientModel Client, TimeSpan Until);

    /// <summary>The first violation: the code under test may have caught it.</summary>
    public Violation? Found { get; private set; }

    /// <summary>Throws unless the property is ignored in this run.</summary>
    public void Violated(Property property, string what)
    {
        if (ignored.Contains(property))
            return;
        Found ??= new(property, $"at {time.Now}: {what}");
        throw Found;
    }

    public void OnOffer(Ipv4Address address) => CheckQuarantine(address, "offered");

    /// <param name="lease">As the client is told.</param>
    public void OnAck(Ipv4Address address, ClientKey client, MacAddress? mac, TimeSpan lease)
    {
        Acknowledged++;

        // The client asked and gave it up in one batch: the answer to the first is on its way, and nobody waits for it.
        if (_givenUp.TryGetValue(address, out var at) && at == time.Now)
            return;
        CheckQuarantine(address, "acknowledged");
        var until = lease == Timeout.InfiniteTimeSpan ? DateTimeOffset.MaxValue : time.UtcNow + lease;
        if (_promises.TryGetValue(address, out var earlier) && earlier.Until > time.UtcNow)
        {
            // Firmware and system of one machine may name themselves differently.
            if (earlier.Client != client && (mac is null || earlier.Mac != mac))
                Violated(Property.OneHolder, $"{address} is acknowledged to {client}, and {earlier.Client} has it until {earlier.Until:HH:mm:ss.fff}");
            else if (earlier.Client == client && earlier.Until > until)
                until = earlier.Until;   // this ACK may get lost; the client then still has the one before
        }

        _promises[address] = new(client, mac, until);
    }

    /// <summary>The holder itself gave it up; whether that is stored, it does not wait for.</summary>
    public void OnGivenUp(Ipv4Address address)
    {
        _promises.Remove(address);
        _givenUp[address] = time.Now;
    }

    /// <summary>A quarantine is on the disk.</summary>
    public void OnQuarantined(Ipv4Address address, DateTimeOffset until) => _quarantine[address] = until;

    /// <summary>The operator's pools are too small for quarantines to be kept: they are given when nothing else is left.</summary>
    public Func<Ipv4Address, bool> IsScarce { get; set; } = _ => false;

    public void OnBound(DhcpClientModel client, Ipv4Address address, TimeSpan until)
    {
        if (_beliefs.TryGetValue(address, out var other) && other.Client != client && other.Until > time.Now)
            Violated(Property.OneHolder, $"{client} and {other.Client} both hold {address}, the latter until {other.Until}");
        _beliefs[address] = new(client, until);
    }

    public void OnLetGo(DhcpClientModel client, Ipv4Address address)
    {
        if (_beliefs.TryGetValue(address, out var belief) && belief.Client == client)
            _beliefs.Remove(address);
    }

    /// <summary>The server has started on what the disk holds.</summary>
    public void OnRecovered(Func<Ipv4Address, LeaseBinding?> find)
    {
        foreach (var (address, promise) in _promises)
        {
            if (promise.Until <= time.UtcNow)
                continue;
            var stored = find(address);
            // A reserved address goes with the card: what the machine asked for last under its other name may have been stored and not answered,
            // whatever its end. Nobody else gets the address after it.
            var isOfHolder = stored is { State: BindingState.Bound }
                && (stored.Client == promise.Client ? stored.Expires >= promise.Until : stored.Mac is not null && stored.Mac == promise.Mac);
            if (!isOfHolder)
                Violated(Property.NothingAcknowledgedIsLost,
                    $"{address} was acknowledged to {promise.Client} until {promise.Until:HH:mm:ss.fff}, and the store has {stored?.ToString() ?? "nothing"}");
        }

        foreach (var (address, until) in _quarantine)
        {
            if (until > time.UtcNow && find(address) is not { State: BindingState.Declined } && !IsScarce(address))
                Violated(Property.QuarantineHolds, $"the quarantine of {address} until {until:HH:mm:ss} is gone after the restart");
        }
    }

    void CheckQuarantine(Ipv4Address address, string what)
    {
        if (_quarantine.TryGetValue(address, out var until) && until > time.UtcNow && !IsScarce(address))
            Violated(Property.QuarantineHolds, $"{address} is {what}, and is in quarantine until {until:HH:mm:ss}");
    }
}
