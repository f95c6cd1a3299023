using Cordwain.Boot.Journal;
using Cordwain.Server.Hosting;

namespace Cordwain.Hosting;

/// <summary>Puts the clock on the wall in the place of the time of leases, for what people read in the journal.</summary>
sealed class WallTimes(IBootJournal journal, LeaseClock clock) : IBootJournal
{
    public void Record(BootEvent boot) => journal.Record(OnTheWall(boot, clock));

    public void Record(IPendingEvent pending) => journal.Record(new Later(pending, clock));

    static BootEvent OnTheWall(BootEvent boot, LeaseClock clock) => clock.OnTheWall(boot.At) is var at && at == boot.At ? boot : boot with { At = at };

    /// <summary>What is not in words yet waits a little longer.</summary>
    sealed class Later(IPendingEvent pending, LeaseClock clock) : IPendingEvent
    {
        public BootEvent ToEvent() => OnTheWall(pending.ToEvent(), clock);
    }
}
