using Cordwain.Boot.Journal;
using Cordwain.Server.Hosting;

namespace Cordwain.Hosting;

/// <summary>Puts the clock on the wall in the place of the time of leases, for what people read in the journal.</summary>
sealed class WallTimes(IBootJournal journal, LeaseClock clock) : IBootJournal
{
    public void Record(BootEvent boot)
    {
        var at = clock.OnTheWall(boot.At);
        journal.Record(at == boot.At ? boot : boot with { At = at });
    }
}
