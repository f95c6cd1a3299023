namespace Cordwain.Boot.Leases;

/// <summary>Whole seconds since 1970, as bindings are kept in memory; <see cref="Never"/> stands for a lease without end.</summary>
static class LeaseSeconds
{
    public const uint Never = uint.MaxValue;

    public static uint Floor(DateTimeOffset at) => (uint)Math.Clamp(at.ToUnixTimeSeconds(), 0, Never - 1);

    /// <summary>Ends are rounded up, so that no address is free before its holder has let go of it.</summary>
    public static uint Ceiling(DateTimeOffset at) =>
        at == DateTimeOffset.MaxValue ? Never
        : at.Ticks % TimeSpan.TicksPerSecond == 0 ? Floor(at)
        : Math.Min(Floor(at) + 1, Never - 1);

    public static uint After(uint now, TimeSpan time) =>
        time == Timeout.InfiniteTimeSpan ? Never : (uint)Math.Min(now + Math.Ceiling(Math.Max(0, time.TotalSeconds)), Never - 1);

    public static DateTimeOffset ToTime(uint second) =>
        second == Never ? DateTimeOffset.MaxValue : DateTimeOffset.FromUnixTimeSeconds(second);
}
