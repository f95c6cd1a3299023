using Cordwain.Boot.Journal;

namespace Cordwain.Management.Stores;

/// <summary>Keeps the boot journal, in a file of its own and bounded in size: old boots go when new ones need the room.</summary>
public interface IBootStore : IDisposable
{
    /// <summary>Adds events to the boots they belong to. They are seen at once, and written with the next <see cref="Flush"/> or before: the end of the process may cost the last seconds.</summary>
    /// <exception cref="IOException">Not written: no room, or the disk fails. They are kept for the next time, as far as memory is meant for them. Or one of them cannot be put into the journal: it alone is lost.</exception>
    void Append(IReadOnlyList<(long BootId, BootEvent Event)> events, IReadOnlyList<BootTimeline> changed);

    /// <summary>Writes what was appended.</summary>
    /// <exception cref="IOException">Not written; it is kept for the next time.</exception>
    void Flush();

    /// <summary>Events thrown away because the store took none for too long, or because they could not be put in its form.</summary>
    long Lost { get; }

    /// <summary>The newest boots, newest first.</summary>
    IReadOnlyList<BootTimeline> List(int most, string? machine = null);

    BootTimeline? Find(long id);

    IReadOnlyList<BootEvent> Events(long id);

    /// <summary>The highest id ever given; 0 for none.</summary>
    long LastId { get; }
}
