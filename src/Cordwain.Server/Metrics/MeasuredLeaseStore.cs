using System.Diagnostics;
using Cordwain.Boot.Leases;
using Cordwain.Management.Stores;

namespace Cordwain.Server.Metrics;

/// <summary>Measures how long bindings take to become durable, and passes everything on.</summary>
public sealed class MeasuredLeaseStore(ILeaseStore store) : ILeaseStore
{
    readonly FixedHistogram _commits = new(FixedHistogram.Short);

    public IEnumerable<MetricFamily> Families() =>
    [
        new("cordwain_lease_commit_seconds", MetricKind.Histogram, "How long a batch of bindings took to reach the disk, with its fdatasync.", [], () => [new(0, []) { Histogram = _commits.Read() }]),
    ];

    public IEnumerable<LeaseBinding> Load() => store.Load();

    public void Commit(IReadOnlyList<LeaseChange> changes)
    {
        var begun = Stopwatch.GetTimestamp();
        store.Commit(changes);
        _commits.Add(Stopwatch.GetElapsedTime(begun));
    }

    public void Dispose() => store.Dispose();
}
