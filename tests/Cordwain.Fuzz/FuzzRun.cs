using System.Diagnostics;
using System.Globalization;
using System.Security.Cryptography;

namespace Cordwain.Fuzz;

/// <summary>Runs one target for a time and judges it: no exception, no input over a second, none that takes over 64 MB.</summary>
public sealed class FuzzRun(IFuzzTarget target, int seed, TextWriter output)
{
    const long MostAllocated = 64L << 20;
    const int LargestCorpus = 8192;
    static readonly TimeSpan Slowest = TimeSpan.FromSeconds(1), Stuck = TimeSpan.FromSeconds(20);

    readonly HashSet<int> _outcomes = [];
    readonly List<byte[]> _corpus = [];
    byte[] _current = [];
    long _startedAt, _watched;
    TimeSpan _usedBefore;

    /// <returns>0 when clean, 1 otherwise.</returns>
    public int Run(IEnumerable<string> files, TimeSpan duration)
    {
        ArgumentNullException.ThrowIfNull(files);
        using var watch = new Timer(_ => StopWhenStuck(), null, Slowest, Slowest);
        var clock = Stopwatch.StartNew();
        foreach (var input in files.SelectMany(target.Read))
        {
            if (!TryInput(input))
                return 1;
            _corpus.Add(input);
        }

        if (_corpus.Count == 0)
            _corpus.Add([]);
        var seeds = _corpus.Count;
        var mutator = new Mutator(seed, target.Words, target.LongestInput);
        long inputs = seeds;
        for (; clock.Elapsed < duration; inputs++)
        {
            var known = _outcomes.Count;
            var input = mutator.Next(_corpus);
            if (!TryInput(input))
                return 1;
            if (_outcomes.Count > known && _corpus.Count < LargestCorpus)
                _corpus.Add(input);
        }

        output.WriteLine(string.Create(CultureInfo.InvariantCulture,
            $"{target.Name}: clean, {inputs} inputs in {clock.Elapsed.TotalSeconds:f1} s, seed {seed}, corpus {seeds} -> {_corpus.Count}, {_outcomes.Count} outcomes"));
        return 0;
    }

    bool TryInput(byte[] input)
    {
        try
        {
            var (elapsed, allocated) = Measure(input);
            // A busy machine stops us now and then: an input counts as slow when it is slow every time.
            for (var again = 0; again < 2 && elapsed > Slowest; again++)
                elapsed = Measure(input).Elapsed;
            if (elapsed > Slowest)
                return Fail(input, string.Create(CultureInfo.InvariantCulture, $"takes {elapsed.TotalSeconds:f1} s"));
            return allocated <= MostAllocated || Fail(input, string.Create(CultureInfo.InvariantCulture, $"allocates {allocated >> 20} MB"));
        }
        catch (Exception e)
        {
            return Fail(input, e.ToString());
        }
    }

    (TimeSpan Elapsed, long Allocated) Measure(byte[] input)
    {
        var before = GC.GetAllocatedBytesForCurrentThread();
        _current = input;
        var start = Stopwatch.GetTimestamp();
        Volatile.Write(ref _startedAt, start);
        _outcomes.Add(target.Run(input));
        Volatile.Write(ref _startedAt, 0);
        return (Stopwatch.GetElapsedTime(start), GC.GetAllocatedBytesForCurrentThread() - before);
    }

    bool Fail(byte[] input, string why)
    {
        var name = $"{target.Name}-{Convert.ToHexStringLower(SHA256.HashData(input)).AsSpan(0, 12)}.bin";
        File.WriteAllBytes(name, input);
        output.WriteLine($"{target.Name}: {why}");
        output.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{target.Name}: the input of {input.Length} bytes is in {Path.GetFullPath(name)}; run with that path in place of the corpus to repeat it"));
        return false;
    }

    void StopWhenStuck()
    {
        // Processor time counts, so that neither a busy machine nor a stopped process looks like an endless loop.
        var started = Volatile.Read(ref _startedAt);
        var used = Environment.CpuUsage.TotalTime;
        if (started != _watched)
            (_watched, _usedBefore) = (started, used);
        if (started == 0 || used - _usedBefore < Stuck)
            return;
        Fail(_current, "does not come to an end");
        Environment.Exit(1);
    }
}
