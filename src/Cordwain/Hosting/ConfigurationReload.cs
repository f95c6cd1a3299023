using Cordwain.Management;
using Cordwain.Management.Configuration;
using Cordwain.Server.Api;
using Microsoft.Extensions.Logging;

namespace Cordwain.Hosting;

/// <summary>Takes a changed configuration into service, or keeps the old one and says why.</summary>
sealed partial class ConfigurationReload(
    ConfigurationSource source, BootCatalogs catalogs, ServerSettings running, Action<ServerSettings> reconfigure, ILogger<ConfigurationReload> logger)
{
    static readonly TimeSpan LookEvery = TimeSpan.FromMilliseconds(500);

    readonly Lock _lock = new();
    IReadOnlyList<Problem> _lastProblems = [];

    public ReloadResult Reload()
    {
        lock (_lock)
        {
            var result = source.Load();
            var before = catalogs.Current.Revision;
            if (result is { Catalog: { } catalog, Settings: { } settings })
            {
                var changed = catalog.Revision != before;
                catalogs.Publish(catalog);
                reconfigure(settings);
                if (changed)
                    InForce(catalog.Revision);
                var later = string.Join(", ", settings.NeedRestart(running));
                if (changed && later.Length > 0)
                    NextStart(later);
            }

            if (!result.Problems.SequenceEqual(_lastProblems))
                Report(result);
            _lastProblems = result.Problems;
            return new(catalogs.Current.Revision != before, catalogs.Current.Revision, [.. result.Problems.Select(ControlApi.Item)]);
        }
    }

    /// <summary>Looks at the file twice a second; an editor that replaces it, and one that writes in place, are both noticed.</summary>
    public async Task Watch(TimeProvider time, CancellationToken stop)
    {
        var last = Stamp();
        using var timer = new PeriodicTimer(LookEvery, time);
        while (await timer.WaitForNextTickAsync(stop).AsTask().ContinueWith(tick => tick is { IsCompletedSuccessfully: true, Result: true }, TaskScheduler.Default))
        {
            var now = Stamp();
            if (now is null || now == last)
                continue;   // a file that is gone for a moment is being replaced
            last = now;
            Reload();
        }
    }

    (DateTime, long)? Stamp()
    {
        var file = new FileInfo(source.File!);
        return file.Exists ? (file.LastWriteTimeUtc, file.Length) : null;
    }

    void Report(ConfigurationResult result)
    {
        foreach (var problem in result.Problems)
        {
            var line = problem.ToString();
            Problem(problem.Severity == Severity.Error ? LogLevel.Error : LogLevel.Warning, line);
        }

        if (!result.Holds)
            Refused();
    }

    [LoggerMessage(2711, LogLevel.Information, "The configuration has changed: revision {Revision} is in force.")]
    partial void InForce(string revision);

    [LoggerMessage(2712, LogLevel.Warning, "These settings take effect with the next start: {Settings}.")]
    partial void NextStart(string settings);

    [LoggerMessage(2713, LogLevel.Error, "The changed configuration is refused; the old one stays in force.")]
    partial void Refused();

    [LoggerMessage(EventId = 2714, Message = "{Problem}")]
    partial void Problem(LogLevel level, string problem);
}
