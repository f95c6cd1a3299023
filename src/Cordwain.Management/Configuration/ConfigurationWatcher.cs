using System.Collections.Immutable;

namespace Cordwain.Management.Configuration;

/// <summary>Reads the file again when it changes. A good one is put in force, a wrong one is reported and changes nothing.</summary>
/// <remarks>
/// It looks once a second instead of asking the kernel for events: editors replace files in many ways, folders may be links or on a network,
/// and one look costs a microsecond. A change counts when two looks agree, so that half a file is not read.
/// </remarks>
public sealed class ConfigurationWatcher : IDisposable
{
    /// <summary>The code of a fault that nobody expected, after which something of the new configuration may be in force.</summary>
    public const string Fault = "CW4097";

    static readonly TimeSpan Pace = TimeSpan.FromSeconds(1);

    // An editor that deletes and writes anew leaves a gap.
    const int LooksBeforeMissing = 3;

    readonly string? _file;
    readonly Func<ConfigurationInputs> _inputs;
    readonly BootCatalogs _catalogs;
    readonly ServerSettings _running;
    readonly TimeProvider _time;
    readonly Action<ReloadReport> _report;
    readonly Lock _gate = new();
    readonly ITimer? _timer;
    Look _read, _seen;
    int _missing;

    /// <param name="file">Null: there is none, and the defaults hold; they are read again when <see cref="Reload"/> is called.</param>
    /// <param name="inputs">Asked anew for each reading.</param>
    /// <param name="running">What the server was started with; settings that differ from it need a restart, and the report says so.</param>
    /// <param name="report">Called after each change of the file, on a thread of the pool; must not block.</param>
    public ConfigurationWatcher(string? file, Func<ConfigurationInputs> inputs, BootCatalogs catalogs, ServerSettings running, TimeProvider time, Action<ReloadReport> report)
    {
        _file = file;
        _inputs = inputs;
        _catalogs = catalogs;
        _running = running;
        _time = time;
        _report = report;
        if (file is null)
            return;
        _read = _seen = Look.At(file);
        _timer = time.CreateTimer(_ => Poll(file), null, Pace, Pace);
    }

    /// <summary>The last reading after the start; null when there was none.</summary>
    public ReloadReport? Last { get; private set; }

    /// <summary>Reads the file now, changed or not: for the operator who asks, and for what the file does not say, such as newly installed loaders.</summary>
    public ReloadReport Reload()
    {
        lock (_gate)
        {
            try
            {
                if (_file is not null)
                    _read = _seen = Look.At(_file);
                return Read();
            }
            catch (Exception e)
            {
                return Fail(e);
            }
        }
    }

    public void Dispose() => _timer?.Dispose();

    void Poll(string file)
    {
        // A look that takes longer than the pace: the next one can be left out.
        if (!_gate.TryEnter())
            return;
        try
        {
            var now = Look.At(file);
            var settled = now == _seen;
            _seen = now;
            if (!now.Exists)
                Miss();
            else if (settled && (now != _read || _missing >= LooksBeforeMissing))
                Change(now);
            else
                _missing = settled ? 0 : _missing;
        }
        catch (Exception e)
        {
            Fail(e);
        }
        finally
        {
            _gate.Exit();
        }
    }

    void Miss()
    {
        if (++_missing == LooksBeforeMissing)
            Report(null, [new("CW4095", Severity.Warning, "The configuration file is gone; what was read last stays in force.", "Put it back; a restart without it would fail.") { File = _file }]);
    }

    void Change(Look now)
    {
        _read = now;
        _missing = 0;
        Read();
    }

    ReloadReport Read()
    {
        var result = _file is null ? ConfigurationLoader.WithoutFile(_inputs()) : ConfigurationLoader.Load(_file, _inputs());
        if (result is not { Catalog: { } catalog, Settings: { } settings })
            return Report(null, result.Problems);

        _catalogs.Publish(catalog);
        var late = settings.NeedRestart(_running).ToArray();
        return Report(settings, late.Length == 0 ? result.Problems : result.Problems.Add(
            new("CW4096", Severity.Warning, $"Changed, and in force with the next start only: {string.Join(", ", late)}.", "Restart the server when it suits.") { File = _file }));
    }

    ReloadReport Report(ServerSettings? read, ImmutableArray<Problem> problems)
    {
        Last = new(_time.GetUtcNow(), read is not null, _catalogs.Current.Revision, problems) { Settings = read };
        _report(Last);
        return Last;
    }

    /// <summary>A fault that nobody expected costs this reading: on the thread of a timer, what nobody catches would end the server.</summary>
    ReloadReport Fail(Exception fault)
    {
        try
        {
            return Report(null, [new(Fault, Severity.Error, $"The configuration could not be taken into service: {fault.GetType().Name}: {fault.Message}",
                "The server goes on. `cordwain check` shows whether the file is to blame. When the message tells of a disk or a store, look there, and run `cordwain reload`; otherwise it is a fault of Cordwain's.") { File = _file }]);
        }
        catch (Exception)
        {
            return Last!;   // nor could it be told: set before it is told of
        }
    }

    readonly record struct Look(bool Exists, long Length, DateTime Written)
    {
        public static Look At(string file)
        {
            var info = new FileInfo(file);
            return info.Exists ? new(true, info.Length, info.LastWriteTimeUtc) : default;
        }
    }
}
