namespace Cordwain.Bench;

/// <summary>Something to measure, so many times in a row.</summary>
/// <param name="Prepare">Runs before each batch and is not measured; gives what is.</param>
sealed record BenchCase(string Name, Func<int, Action<int>> Prepare)
{
    /// <summary>How many of them make one batch.</summary>
    public int Batch { get; init; } = 10_000;

    public static BenchCase Of(string name, Action<int> run) => new(name, _ => run);
}

/// <summary>What one of them costs: the fastest batch, as the others were disturbed.</summary>
readonly record struct BenchResult(string Name, double Nanoseconds, double Bytes);
