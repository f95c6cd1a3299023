using System.Diagnostics;
using Cordwain.Emulation;
using Cordwain.Tests.Support;

namespace Cordwain.Tests.Serve;

/// <summary>The real <c>cordwain serve</c> in a private network. What it says can be waited for.</summary>
sealed class RunningServer : IDisposable
{
    static readonly TimeSpan Limit = TimeSpan.FromSeconds(30);

    readonly Process _process;
    readonly List<string> _lines = [];
    readonly List<(Func<string, bool> Fits, TaskCompletionSource<string> Found)> _waiting = [];

    public RunningServer(PrivateNetwork network, string? configuration, string data, params string[] more)
        : this(network, [], configuration, data, more)
    {
    }

    /// <param name="through">A program that becomes the server, such as <c>env NAME=VALUE</c>.</param>
    public RunningServer(PrivateNetwork network, string[] through, string? configuration, string data, params string[] more)
    {
        string[] config = configuration is null ? [] : ["--config", configuration];
        // Through a shell, for a folder without a cordwain.yaml.
        _process = network.Start(null, "/bin/sh", ["-c", "cd / && exec \"$0\" \"$@\"", .. through, CommandLine.Program, "serve", .. config, "--data", data, "--no-install", .. more]);
        _process.StandardInput.Close();
        _process.OutputDataReceived += Take;
        _process.ErrorDataReceived += Take;
        _process.BeginOutputReadLine();
        _process.BeginErrorReadLine();
    }

    public int Id => _process.Id;

    public bool HasExited => _process.HasExited;

    /// <summary>Memory of the process that is really there, in KiB.</summary>
    public long ResidentKib
    {
        get
        {
            _process.Refresh();
            return _process.WorkingSet64 >> 10;
        }
    }

    public IReadOnlyList<string> Lines
    {
        get
        {
            lock (_lines)
                return [.. _lines];
        }
    }

    public static async Task<RunningServer> Start(PrivateNetwork network, string? configuration, string data)
    {
        var server = new RunningServer(network, configuration, data);
        await server.WaitFor("Cordwain is ready");
        return server;
    }

    /// <summary>A line with this text, said already or in a while.</summary>
    public async Task<string> WaitFor(string text)
    {
        var found = new TaskCompletionSource<string>(TaskCreationOptions.RunContinuationsAsynchronously);
        lock (_lines)
        {
            if (_lines.Find(line => line.Contains(text, StringComparison.Ordinal)) is { } said)
                return said;
            _waiting.Add((line => line.Contains(text, StringComparison.Ordinal), found));
        }

        try
        {
            return await found.Task.WaitAsync(Limit);
        }
        catch (TimeoutException)
        {
            throw new TimeoutException($"The server did not say '{text}':\n{string.Join('\n', Lines)}");
        }
    }

    /// <summary>Ends it at once, as the lack of memory does (SIGKILL).</summary>
    public void Kill()
    {
        _process.Kill();
        _process.WaitForExit();
    }

    /// <summary>Sends SIGTERM and waits for the end.</summary>
    public async Task<int> Stop(TimeSpan within)
    {
        using (var kill = Process.Start("kill", ["-TERM", _process.Id.ToString(System.Globalization.CultureInfo.InvariantCulture)]))
            await kill.WaitForExitAsync();
        return await Ended(within);
    }

    public async Task<int> Ended(TimeSpan? within = null)
    {
        using var limit = new CancellationTokenSource(within ?? Limit);
        await _process.WaitForExitAsync(limit.Token);
        return _process.ExitCode;
    }

    public void Dispose()
    {
        if (!_process.HasExited)
            _process.Kill(entireProcessTree: true);
        _process.WaitForExit();
        _process.Dispose();
    }

    void Take(object _, DataReceivedEventArgs line)
    {
        if (line.Data is not { } text)
            return;
        lock (_lines)
        {
            _lines.Add(text);
            foreach (var waiting in _waiting.Where(waiting => waiting.Fits(text)))
                waiting.Found.TrySetResult(text);
        }
    }
}
