using Cordwain.Management;
using Cordwain.Management.Configuration;
using Cordwain.Server.Api;
using Microsoft.Extensions.Logging;

namespace Cordwain.Hosting;

/// <summary>Takes a changed configuration into service, or keeps the old one and says why.</summary>
sealed partial class ConfigurationReload : IDisposable
{
    readonly ConfigurationSource _source;
    readonly BootCatalogs _catalogs;
    readonly Action<ServerSettings> _apply;
    readonly ILogger<ConfigurationReload> _logger;
    readonly ConfigurationWatcher _watcher;
    IReadOnlyList<string> _lastProblems = [];
    string _lastRevision;
    long _accepted, _rejected;

    /// <param name="apply">Puts what is not in the catalog in force; called after the catalog was published.</param>
    public ConfigurationReload(
        ConfigurationSource source, BootCatalogs catalogs, ServerSettings running, Action<ServerSettings> apply, TimeProvider time, ILogger<ConfigurationReload> logger)
    {
        (_source, _catalogs, _apply, _logger, _lastRevision) = (source, catalogs, apply, logger, catalogs.Current.Revision);
        _watcher = new(source.File, source.Inputs, catalogs, running, time, OnRead);
    }

    /// <summary>Readings since the start that were taken into service.</summary>
    public long Accepted => Interlocked.Read(ref _accepted);

    /// <summary>Readings that were refused.</summary>
    public long Rejected => Interlocked.Read(ref _rejected);

    /// <summary>Reads it now, changed or not.</summary>
    public ReloadResult Reload()
    {
        var before = _lastRevision;   // the last one that was taken whole
        var report = _watcher.Reload();
        return new(report.Revision != before, report.Revision, [.. report.Problems.Select(ControlApi.Item)]);
    }

    /// <summary>Without configured networks those of the interfaces hold: when these change, so does the catalog.</summary>
    public async Task FollowInterfaces(SemaphoreSlim changed, CancellationToken stop)
    {
        var links = _source.Links();
        while (true)
        {
            await changed.WaitAsync(stop);
            var now = _source.Links();
            if (now.SequenceEqual(links))
                continue;
            links = now;
            _watcher.Reload();
        }
    }

    public void Dispose() => _watcher.Dispose();

    void OnRead(ReloadReport report)
    {
        if (report.Settings is not { } settings)
        {
            Interlocked.Increment(ref _rejected);
        }
        else
        {
            _apply(settings);
            Interlocked.Increment(ref _accepted);
            if (report.Revision != _lastRevision)
                InForce(report.Revision);
            _lastRevision = report.Revision;
        }

        string[] problems = [.. report.Problems.Select(problem => problem.ToString())];
        if (problems.SequenceEqual(_lastProblems))
            return;
        _lastProblems = problems;
        foreach (var (problem, text) in report.Problems.Zip(problems))
        {
            var level = problem.Severity.LogLevel();
            Found(level, text);
        }

        if (report.Problems.Any(problem => problem.Severity == Severity.Error && problem.Code != ConfigurationWatcher.Fault))
            Refused();
    }

    [LoggerMessage(2711, LogLevel.Information, "The configuration has changed: revision {Revision} is in force.")]
    partial void InForce(string revision);

    [LoggerMessage(2713, LogLevel.Error, "The changed configuration is refused; the old one stays in force.")]
    partial void Refused();

    [LoggerMessage(EventId = 2714, Message = "{Problem}")]
    partial void Found(LogLevel level, string problem);
}
