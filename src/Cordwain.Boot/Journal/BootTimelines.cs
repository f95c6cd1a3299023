using Cordwain.Boot.Machines;
using Cordwain.Protocols.Wire;

namespace Cordwain.Boot.Journal;

/// <summary>Sorts events into boots: one timeline an attempt, whatever protocol an event came by. Bounded; used by one thread.</summary>
public sealed class BootTimelines(long lastId)
{
    // So many at least are open at a time, and twice as many at most.
    const int Generation = 5_000;

    /// <summary>An attempt that has been silent so long is over: a long memory test or an install makes no sound for less.</summary>
    static readonly TimeSpan Silence = TimeSpan.FromMinutes(30);

    // Those with an event since the last change of generations, and those without.
    Dictionary<MacAddress, Attempt> _open = [], _quiet = [];

    // The address of each open boot, and no other: whoever sends under many addresses cannot fill it.
    readonly Dictionary<Ipv4Address, MacAddress> _holders = [];
    long _lastId = lastId;

    /// <param name="Loaded">The firmware has loaded something, so that its next DISCOVER begins another attempt.</param>
    /// <param name="Scripted">iPXE has read its script.</param>
    readonly record struct Attempt(BootTimeline Boot, bool Loaded, bool Scripted);

    /// <summary>Adds an event to the boot it belongs to.</summary>
    /// <returns>The boot as it stands now; null when the event belongs to no boot: an address for a running system, a read by a stranger.</returns>
    public BootTimeline? Add(BootEvent boot)
    {
        if ((boot.Machine.Mac ?? HolderOf(boot.Address)) is not { } mac)
            return null;

        var before = _open.TryGetValue(mac, out var known) || _quiet.TryGetValue(mac, out known) ? known : (Attempt?)null;
        var current = before;
        if (current is not { } running || Begins(boot, running))
        {
            if (boot is not BootEvent.Dhcp { IsBoot: true } and not BootEvent.Read)
                return null;
            current = new(new(++_lastId, boot.Machine with { Mac = mac }, boot.At), Loaded: false, Scripted: false);
        }

        var changed = Advance(current.Value, boot);
        _quiet.Remove(mac);
        _open[mac] = changed;
        Follow(mac, before?.Boot.Address ?? Ipv4Address.Any, changed.Boot.Address);
        if (_open.Count == Generation)
            Forget();
        return changed.Boot;
    }

    MacAddress? HolderOf(Ipv4Address address) => _holders.TryGetValue(address, out var holder) ? holder : null;

    void Follow(MacAddress mac, Ipv4Address before, Ipv4Address now)
    {
        if (before != now && HolderOf(before) == mac)
            _holders.Remove(before);
        if (!now.IsAny)
            _holders[now] = mac;
    }

    static bool Begins(BootEvent boot, Attempt current) =>
        boot.At - current.Boot.Last > Silence
        || (boot is BootEvent.Dhcp { IsBoot: true } dhcp && (dhcp.IsIpxe ? current.Scripted : current.Loaded));

    static Attempt Advance(Attempt current, BootEvent boot)
    {
        var was = current.Boot;
        var next = was with
        {
            Last = boot.At,
            Events = was.Events + 1,
            Address = boot.Address.IsAny ? was.Address : boot.Address,
            Machine = was.Machine with { Uuid = was.Machine.Uuid ?? boot.Machine.Uuid, Serial = was.Machine.Serial ?? boot.Machine.Serial },
            Stage = BootEventText.OneLine(boot),
        };
        return boot switch
        {
            BootEvent.Dhcp { IsBoot: true, Architecture: { } architecture } => current with { Boot = next with { Firmware = next.Firmware ?? architecture.Name } },
            BootEvent.Read { Outcome: ReadOutcome.NotFound or ReadOutcome.Probed } => current with { Boot = next with { Stage = was.Stage } },
            BootEvent.Read read => new(next with { Bytes = was.Bytes + read.Bytes }, Loaded: true, current.Scripted || read.Text is not null),
            _ => current with { Boot = next },
        };
    }

    /// <summary>What was quiet for a whole generation is over; what was open is quiet until its next event.</summary>
    void Forget()
    {
        foreach (var (mac, attempt) in _quiet)
            Follow(mac, attempt.Boot.Address, Ipv4Address.Any);
        _quiet.Clear();
        (_open, _quiet) = (_quiet, _open);
    }
}
