namespace Cordwain.Storm;

/// <summary>The steps of a boot, in their order.</summary>
enum StormStep
{
    Dhcp,
    Loader,
    DhcpAgain,
    Menu,
    Kernel,
    Initrd,
}

/// <summary>What became of one machine.</summary>
/// <param name="Elapsed">From power on.</param>
sealed record StormResult(TimeSpan Elapsed, StormFailureKind? Failure, string Detail)
{
    public StormStep At { get; init; }

    /// <summary>From power on to the script; null when it did not get that far, or has none.</summary>
    public TimeSpan? ToMenu { get; init; }

    /// <summary>How long each step took that was done.</summary>
    public required IReadOnlyList<(StormStep Step, TimeSpan Took)> Steps { get; init; }

    public bool IsDone => Failure is null;
}
