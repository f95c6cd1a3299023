using Cordwain.Management;
using Cordwain.Management.Stores;
using Cordwain.Server.Linux;
using Microsoft.Extensions.Logging;

namespace Cordwain.Server.Hosting;

/// <summary>The time by which leases run: it goes on steadily, whatever happens to the clock on the wall.</summary>
/// <remarks>
/// While the machine is up, its own uptime is all that counts, over restarts of the program as well. After a start of the machine the clock on the
/// wall tells how long it was off, but never that time went backwards. A machine that slept has aged. See docs/decisions/0008-lease-time.md.
/// </remarks>
public sealed partial class LeaseClock : TimeProvider, IDisposable
{
    static readonly TimeSpan LookEvery = TimeSpan.FromSeconds(10), Notable = TimeSpan.FromSeconds(2), KeepEvery = TimeSpan.FromMinutes(10);

    readonly TimeProvider _wall;
    readonly Func<TimeSpan> _uptime;
    readonly string _boot;
    readonly IClockStore _store;
    readonly ILogger<LeaseClock> _logger;
    readonly DateTimeOffset _origin;
    readonly ITimer _timer;
    readonly Lock _sync = new();
    TimeSpan _lead;
    DateTimeOffset _kept;

    /// <param name="isAnyRunning">Whether a lease goes on after a time. When none does, leases begin anew with the clock on the wall.</param>
    public LeaseClock(TimeProvider wall, IClockStore store, Func<DateTimeOffset, bool> isAnyRunning, ILogger<LeaseClock> logger)
        : this(wall, () => Uptime.Elapsed, Uptime.Boot, store, isAnyRunning, logger)
    {
    }

    internal LeaseClock(
        TimeProvider wall, Func<TimeSpan> uptime, string boot, IClockStore store, Func<DateTimeOffset, bool> isAnyRunning, ILogger<LeaseClock> logger)
    {
        (_wall, _uptime, _boot, _store, _logger) = (wall, uptime, boot, store, logger);
        var (now, up) = (wall.GetUtcNow(), uptime());
        _origin = now - up;
        if (store.Load() is { } before && OriginAfter(before, now, up) is { } origin && isAnyRunning(origin + up))
            (_origin, _lead) = (origin, before.Lead);
        Look(isStart: true);
        _timer = wall.CreateTimer(_ => Look(), null, LookEvery, LookEvery);
    }

    public override DateTimeOffset GetUtcNow() => _origin + _uptime();

    /// <summary>A time of leases as the clock on the wall has it at the moment, for people to read.</summary>
    public DateTimeOffset OnTheWall(DateTimeOffset at)
    {
        var lead = GetUtcNow() - _wall.GetUtcNow();
        var wall = at.UtcTicks - lead.Ticks;
        return at == DateTimeOffset.MaxValue || lead.Duration() < Notable ? at
            : new(Math.Clamp(wall, DateTimeOffset.UnixEpoch.Ticks, DateTimeOffset.MaxValue.Ticks - 1), TimeSpan.Zero);
    }

    public void Dispose() => _timer.Dispose();

    DateTimeOffset? OriginAfter(ClockRecord before, DateTimeOffset wall, TimeSpan up)
    {
        if (before.Boot == _boot)
            return before.Origin;
        try
        {
            var now = wall + before.Lead;
            return (now > before.Last ? now : before.Last) - up;
        }
        catch (ArgumentOutOfRangeException)
        {
            return null;   // a record of nonsense
        }
    }

    /// <summary>Notices that the clock on the wall was set, and keeps what the next start needs.</summary>
    void Look(bool isStart = false)
    {
        lock (_sync)
        {
            var now = GetUtcNow();
            var lead = now - _wall.GetUtcNow();
            var moved = _lead - lead;
            var isSet = moved.Duration() >= Notable;
            if (isSet)
                WasSet(new("CW2401", Severity.Warning, $"The clock of this machine was set {(moved > TimeSpan.Zero ? "forward" : "back")} by {Length(moved.Duration())}. Leases go on by the time that has really passed.",
                    "Nothing needs to be done when the clock is right now; otherwise look at its time synchronization."));
            if (!isSet && !isStart && now - _kept < KeepEvery)
                return;

            _lead = lead;
            try
            {
                _store.Save(new(_boot, _origin, lead, now));
                _kept = now;
            }
            catch (IOException)
            {
                // A full disk says so elsewhere. Until the machine itself is started anew, the record of before is as good; the next look tries again.
                _kept = default;
            }
        }
    }

    static string Length(TimeSpan time) =>
        time.TotalDays >= 2 ? $"{time.TotalDays:0} days" : time.TotalHours >= 2 ? $"{time.TotalHours:0} hours" : time.TotalMinutes >= 2 ? $"{time.TotalMinutes:0} minutes" : $"{time.TotalSeconds:0} seconds";

    [LoggerMessage(2401, LogLevel.Warning, "{Problem}")]
    partial void WasSet(Problem problem);
}
