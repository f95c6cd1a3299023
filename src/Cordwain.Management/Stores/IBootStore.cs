using Cordwain.Boot.Journal;
using Cordwain.Boot.Machines;

namespace Cordwain.Management.Stores;

/// <summary>One attempt of one machine, as lists show it.</summary>
/// <param name="Id">Rising, never reused.</param>
/// <param name="Stage">The last thing that happened, in one line.</param>
public sealed record BootSummary(long Id, MachineIdentity Machine, string? Address, string? Firmware, DateTimeOffset Started, DateTimeOffset Last, int Events, long Bytes, string Stage);

/// <summary>Keeps the boot journal, in a file of its own and bounded in size: old boots go when new ones need the room.</summary>
public interface IBootStore : IDisposable
{
    /// <summary>Appends events to the boots they belong to. Not durable at once: a power cut may cost the last seconds.</summary>
    void Append(IReadOnlyList<(long BootId, BootEvent Event)> events, IReadOnlyList<BootSummary> changed);

    /// <summary>The newest boots, newest first.</summary>
    IReadOnlyList<BootSummary> List(int most, string? machine = null);

    BootSummary? Find(long id);

    IReadOnlyList<BootEvent> Events(long id);

    /// <summary>The highest id ever given; 0 for none.</summary>
    long LastId { get; }
}
