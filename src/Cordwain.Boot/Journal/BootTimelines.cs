using Cordwain.Boot.Machines;
using Cordwain.Protocols.Wire;

namespace Cordwain.Boot.Journal;

/// <summary>One attempt of one machine, as lists show it.</summary>
/// <param name="Id">Rising, never reused.</param>
public sealed record BootTimeline(long Id, MachineIdentity Machine, DateTimeOffset Started)
{
    public Ipv4Address Address { get; init; }

    public string? Firmware { get; init; }

    public DateTimeOffset Last { get; init; }

    public int Events { get; init; }

    /// <summary>Bytes that left in completed and broken reads.</summary>
    public long Bytes { get; init; }

    /// <summary>The last thing that happened, in one line.</summary>
    public string Stage { get; init; } = "";

    /// <summary>The firmware has loaded something in this attempt, so that its next DISCOVER begins another.</summary>
    internal bool Loaded { get; init; }

    /// <summary>iPXE has read its script in this attempt.</summary>
    internal bool Scripted { get; init; }
}

/// <summary>Sorts events into boots: one timeline an attempt, whatever protocol an event came by. Bounded; used by one thread.</summary>
public sealed class BootTimelines(long lastId)
{
    const int MostOpen = 10_000;

    /// <summary>An attempt that has been silent so long is over: a long memory test or an install makes no sound for less.</summary>
    static readonly TimeSpan Silence = TimeSpan.FromMinutes(30);

    readonly Dictionary<MacAddress, BootTimeline> _open = [];
    readonly Dictionary<Ipv4Address, MacAddress> _holders = [];
    long _lastId = lastId;

    /// <summary>Adds an event to the boot it belongs to.</summary>
    /// <returns>The boot as it stands now; null when the event belongs to no boot: an address for a running system, a read by a stranger.</returns>
    public BootTimeline? Add(BootEvent boot)
    {
        var mac = boot.Machine.Mac ?? (_holders.TryGetValue(boot.Address, out var holder) ? holder : null);
        if (mac is not { } key)
            return null;
        if (!boot.Address.IsAny)
            _holders[boot.Address] = key;

        var current = _open.GetValueOrDefault(key);
        if (current is null || Begins(boot, current))
        {
            if (boot is not BootEvent.Dhcp { IsBoot: true } and not BootEvent.Read)
                return null;
            current = new(++_lastId, boot.Machine, boot.At);
        }

        var changed = Advance(current, boot);
        _open[key] = changed;
        if (_open.Count > MostOpen || _holders.Count > MostOpen)
            Forget(boot.At);
        return changed;
    }

    static bool Begins(BootEvent boot, BootTimeline current) =>
        boot.At - current.Last > Silence
        || (boot is BootEvent.Dhcp { IsBoot: true } dhcp && (dhcp.IsIpxe ? current.Scripted : current.Loaded));

    static BootTimeline Advance(BootTimeline current, BootEvent boot)
    {
        var next = current with
        {
            Last = boot.At,
            Events = current.Events + 1,
            Address = boot.Address.IsAny ? current.Address : boot.Address,
            Machine = current.Machine with { Uuid = current.Machine.Uuid ?? boot.Machine.Uuid, Serial = current.Machine.Serial ?? boot.Machine.Serial },
            Stage = BootEventText.OneLine(boot),
        };
        return boot switch
        {
            BootEvent.Dhcp { IsBoot: true, Architecture: { } architecture } => next with { Firmware = next.Firmware ?? architecture.Name },
            BootEvent.Read { Outcome: ReadOutcome.NotFound or ReadOutcome.Probed } => next with { Stage = current.Stage },
            BootEvent.Read read => next with
            {
                Bytes = current.Bytes + read.Bytes,
                Loaded = true,
                Scripted = current.Scripted || read.Text is not null,
            },
            _ => next,
        };
    }

    void Forget(DateTimeOffset now)
    {
        var keep = _open.Values.OrderByDescending(boot => boot.Last).Take(MostOpen / 2).Where(boot => now - boot.Last <= Silence)
            .Select(boot => boot.Machine.Mac).ToHashSet();
        foreach (var mac in _open.Keys.Where(mac => !keep.Contains(mac)).ToArray())
            _open.Remove(mac);
        foreach (var address in _holders.Where(pair => !_open.ContainsKey(pair.Value)).Select(pair => pair.Key).ToArray())
            _holders.Remove(address);
    }
}
