using Cordwain.Management.Stores;
using Cordwain.Server.Hosting;
using Cordwain.Server.Tests.Support;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Time.Testing;

namespace Cordwain.Server.Tests.Hosting;

public sealed class LeaseClockTests : IClockStore, IDisposable
{
    static readonly DateTimeOffset Noon = new(2026, 5, 1, 12, 0, 0, TimeSpan.Zero);
    static readonly TimeSpan Hour = TimeSpan.FromHours(1), Year = TimeSpan.FromDays(365);

    readonly FakeTimeProvider _wall = new(Noon);
    readonly LogRecorder _log = new();
    TimeSpan _uptime = Hour;
    ClockRecord? _kept;
    bool _isFull;

    public void Dispose() => _log.Dispose();

    ClockRecord? IClockStore.Load() => _kept;

    void IClockStore.Save(ClockRecord record) => _kept = _isFull ? throw new IOException("The disk is full.") : record;

    [Fact]
    public void A_clock_that_is_set_changes_nothing_and_is_told()
    {
        using var clock = Start("boot 1");
        Pass(Hour);
        Set(10 * Year);
        Pass(Hour);
        Assert.Equal(Noon + 2 * Hour, clock.GetUtcNow());
        Assert.Contains(_log.Lines, line => line.Contains("CW2401", StringComparison.Ordinal) && line.Contains("forward by 3650 days", StringComparison.Ordinal));
        Assert.Equal(Noon + 3 * Hour + 10 * Year, clock.OnTheWall(clock.GetUtcNow() + Hour));
    }

    [Theory]
    [InlineData(1), InlineData(-1), InlineData(3650), InlineData(-3650)]
    public void A_restart_of_the_program_goes_on_where_it_was(int days)
    {
        Start("boot 1").Dispose();
        Pass(Hour);
        Set(TimeSpan.FromDays(days));
        using var clock = Start("boot 1");
        Assert.Equal(Noon + Hour, clock.GetUtcNow());
    }

    [Theory]
    [InlineData(3650), InlineData(-1)]
    public void After_a_start_of_the_machine_the_clock_tells_how_long_it_was_off(int days)
    {
        using (Start("boot 1"))
        {
            Set(TimeSpan.FromDays(days));
            Pass(Hour);
        }

        Reboot(off: 5 * Hour);
        using var clock = Start("boot 2");
        Assert.Equal(Noon + 6 * Hour, clock.GetUtcNow());
    }

    [Fact]
    public void After_a_start_with_a_clock_that_was_lost_time_has_not_gone_backwards()
    {
        using (Start("boot 1"))
            Pass(Hour);
        Reboot(off: 5 * Hour);
        Set(-20 * Year);
        using var clock = Start("boot 2");
        Assert.Equal(Noon + Hour, clock.GetUtcNow());
        Set(20 * Year);
        Assert.Equal(Noon + Hour, clock.GetUtcNow());
    }

    [Fact]
    public void Without_a_lease_that_goes_on_the_clock_on_the_wall_is_taken()
    {
        Start("boot 1").Dispose();
        Set(Year);
        using var clock = new LeaseClock(_wall, () => _uptime, "boot 1", this, _ => false, _log.CreateLogger<LeaseClock>());
        Assert.Equal(Noon + Year, clock.GetUtcNow());
    }

    [Fact]
    public void What_could_not_be_kept_is_kept_later()
    {
        using var clock = Start("boot 1");
        _isFull = true;
        Set(Year);
        Pass(TimeSpan.FromMinutes(1));
        _isFull = false;
        Pass(TimeSpan.FromMinutes(1));
        Assert.InRange(_kept!.Lead, -Year - Hour, -Year + Hour);
    }

    LeaseClock Start(string boot) => new(_wall, () => _uptime, boot, this, _ => true, _log.CreateLogger<LeaseClock>());

    /// <summary>Time passes, for the machine and for the clock on the wall.</summary>
    void Pass(TimeSpan time)
    {
        _uptime += time;
        _wall.Advance(time);
    }

    void Set(TimeSpan by) => _wall.AdjustTime(_wall.GetUtcNow() + by);

    void Reboot(TimeSpan off)
    {
        _uptime = TimeSpan.FromMinutes(1);
        _wall.AdjustTime(_wall.GetUtcNow() + off);
    }
}
