using Cordwain.Boot.Machines;
using Cordwain.Protocols.Wire;

namespace Cordwain.Boot.Journal;

/// <summary>One attempt of one machine, as lists show it.</summary>
/// <param name="Id">Rising, never reused.</param>
public sealed record BootTimeline(long Id, MachineIdentity Machine, DateTimeOffset Started)
{
    /// <summary>The machine's address; any while it has none.</summary>
    public Ipv4Address Address { get; init; }

    public string? Firmware { get; init; }

    public DateTimeOffset Last { get; init; }

    public int Events { get; init; }

    /// <summary>Bytes that left in completed and broken reads.</summary>
    public long Bytes { get; init; }

    /// <summary>The last thing that happened, in one line.</summary>
    public string Stage { get; init; } = "";
}
