using Cordwain.Boot.Journal;

namespace Cordwain.Management.Stores;

/// <summary>Keeps the boot journal, in a file of its own and bounded in size: old boots go when new ones need the room.</summary>
public interface IBootStore : IDisposable
{
    /// <summary>Appends events to the boots they belong to. Not durable at once: a power cut may cost the last seconds.</summary>
    void Append(IReadOnlyList<(long BootId, BootEvent Event)> events, IReadOnlyList<BootTimeline> changed);

    /// <summary>The newest boots, newest first.</summary>
    IReadOnlyList<BootTimeline> List(int most, string? machine = null);

    BootTimeline? Find(long id);

    IReadOnlyList<BootEvent> Events(long id);

    /// <summary>The highest id ever given; 0 for none.</summary>
    long LastId { get; }
}
