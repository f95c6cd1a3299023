using System.Globalization;
using Cordwain.Management;
using Microsoft.Extensions.Logging;

namespace Cordwain.Server.Metrics.Otlp;

/// <summary>Sends all figures to an OpenTelemetry collector, again and again. A collector that is away costs one warning, and no memory: nothing is queued.</summary>
/// <param name="started">Since when is counted.</param>
public sealed partial class OtlpExport(MetricsRegistry registry, DateTimeOffset started, TimeProvider time, ILogger<OtlpExport> logger) : IAsyncDisposable
{
    static readonly TimeSpan LongestPause = TimeSpan.FromMinutes(10), LongestUnsaid = TimeSpan.FromSeconds(5), Farewell = TimeSpan.FromSeconds(2);

    readonly Lock _gate = new();
    OtlpTarget? _target;
    CancellationTokenSource _end = new();
    Task _running = Task.CompletedTask;
    bool _isDisposed;

    /// <summary>From now on to there; null: nowhere. The same place as before changes nothing.</summary>
    public void To(OtlpTarget? target)
    {
        lock (_gate)
        {
            if (_isDisposed || (target?.Url == _target?.Url && target?.Interval == _target?.Interval))
                return;
            _target = target;
            var before = End();
            if (target is not null)
                _running = Run(target, before, _end.Token);
        }
    }

    /// <summary>Sends the last figures, if the collector took those just before, and ends.</summary>
    public async ValueTask DisposeAsync()
    {
        Task running;
        lock (_gate)
        {
            if (_isDisposed)
                return;
            _isDisposed = true;
            running = End();
        }

        await running.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);   // what comes after this at the end must come
        _end.Dispose();
    }

    Task End()
    {
        _end.Cancel();
        _end.Dispose();
        _end = new();
        return _running;
    }

    async Task Run(OtlpTarget target, Task before, CancellationToken end)
    {
        await before.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing | ConfigureAwaitOptions.ForceYielding);
        using var sender = new OtlpSender(target);
        var state = new State();
        try
        {
            await Task.Delay(target.FirstAfter, time, end);
            while (true)
            {
                var begun = time.GetTimestamp();
                Judge(await Send(sender, target, target.Timeout, end), target, state);
                var pause = state.Failures == 0 ? target.Interval - time.GetElapsedTime(begun) : Pause(target, state);
                await Task.Delay(pause > TimeSpan.Zero ? pause : TimeSpan.Zero, time, end);
            }
        }
        catch (OperationCanceledException) when (end.IsCancellationRequested)
        {
            if (_isDisposed && state.IsTaken)
                Judge(await Send(sender, target, Farewell, CancellationToken.None), target, state);
        }
    }

    async Task<OtlpResult> Send(OtlpSender sender, OtlpTarget target, TimeSpan timeout, CancellationToken end)
    {
        try
        {
            await registry.Refresh();
            var metrics = OtlpMetrics.Encode(registry.Families, target.Resource, started, time.GetUtcNow());
            return await sender.Send(metrics, timeout, end);
        }
        catch (IOException e)
        {
            return OtlpResult.OfOurs($"the figures cannot be read: {OtlpAnswer.Shown(e.Message)}");   // such as too many open files
        }
        catch (Exception e) when (e is not OperationCanceledException || !end.IsCancellationRequested)
        {
            return OtlpResult.OfFault(e);
        }
    }

    void Judge(OtlpResult result, OtlpTarget target, State state)
    {
        var place = target.Url.GetComponents(UriComponents.SchemeAndServer | UriComponents.Path, UriFormat.UriEscaped);
        state.IsTaken = result.Error is null;
        if (result.Error is not { } error)
        {
            if (state.Said is not null)
                TakesAgain(place);
            else if (!state.HasSent)
                Sent(place);
            (state.Said, state.Failures, state.HasSent) = (null, 0, true);
            return;
        }

        state.Failures = result.IsTransient ? state.Failures + 1 : 0;
        state.RetryAfter = result.RetryAfter;
        var asked = result.IsTransient && Asked(state) is { } pause && pause > LongestUnsaid ? pause : (TimeSpan?)null;
        // One that is just being restarted is back at the second attempt.
        if (state.Said == result.Status || (state.Failures == 1 && asked is null))
            return;
        state.Said = result.Status;
        Say(place, result, asked is null ? error : string.Create(CultureInfo.InvariantCulture, $"{error}, and is asked again in {asked.Value.TotalSeconds:0} s"));
    }

    void Say(string place, OtlpResult result, string error)
    {
        var problem = new Problem("CW2051", result.Fault is null ? Severity.Warning : Severity.Error,
            result.IsOurs ? $"Metrics cannot be sent to {place}: {error}." : $"The collector at {place} does not take the metrics: {error}.",
            "Boots are not affected, and counting goes on; what was counted meanwhile is sent later.").ToString();
        if (result.Fault is null)
            Refused(problem);
        else
            Failed(problem, result.Fault);
    }

    static TimeSpan? Asked(State state) => state.RetryAfter is { } asked && asked > LongestPause ? LongestPause : state.RetryAfter;

    static TimeSpan Pause(OtlpTarget target, State state)
    {
        var doubled = target.Patience * Math.Pow(2, Math.Min(state.Failures, 30) - 1);
        var pause = (doubled < target.Interval ? doubled : target.Interval) * (0.75 + 0.5 * Random.Shared.NextDouble());
        return Asked(state) is { } asked && asked > pause ? asked : pause;
    }

    [LoggerMessage(2731, LogLevel.Information, "Metrics are sent to {Place}.")]
    partial void Sent(string place);

    [LoggerMessage(2732, LogLevel.Warning, "{Problem}")]
    partial void Refused(string problem);

    [LoggerMessage(2734, LogLevel.Error, "{Problem}")]
    partial void Failed(string problem, Exception e);

    [LoggerMessage(2733, LogLevel.Information, "The collector at {Place} takes the metrics again.")]
    partial void TakesAgain(string place);

    sealed class State
    {
        /// <summary>In a row, of those that pass.</summary>
        public int Failures { get; set; }

        public TimeSpan? RetryAfter { get; set; }

        public bool HasSent { get; set; }

        /// <summary>The collector took the latest figures.</summary>
        public bool IsTaken { get; set; }

        /// <summary>The <see cref="OtlpResult.Status"/> of the failure that the log told last; null: it told of none, or that it has passed.</summary>
        public int? Said { get; set; }
    }
}
