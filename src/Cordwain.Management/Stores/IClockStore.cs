namespace Cordwain.Management.Stores;

/// <summary>How the time of leases stood to the clock on the wall when it was last looked at.</summary>
/// <param name="Boot">Which start of this machine it was.</param>
/// <param name="Origin">The time of leases at which that start began.</param>
/// <param name="Lead">How far the time of leases was before the clock on the wall.</param>
/// <param name="Last">The time of leases at that moment.</param>
public sealed record ClockRecord(string Boot, DateTimeOffset Origin, TimeSpan Lead, DateTimeOffset Last);

/// <summary>Keeps one <see cref="ClockRecord"/>.</summary>
public interface IClockStore
{
    /// <returns>Null: there is none, or none that reads.</returns>
    ClockRecord? Load();

    /// <exception cref="IOException">It is not kept.</exception>
    void Save(ClockRecord record);
}
