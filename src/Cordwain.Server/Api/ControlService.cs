using System.Net.Sockets;
using Cordwain.Management;
using Cordwain.Management.Stores;
using Cordwain.Server.Hosting;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;

namespace Cordwain.Server.Api;

/// <summary>Answers the other commands on a Unix socket. Only the user that the server runs as, and root, may ask.</summary>
/// <remarks>A disk without room takes no socket either. Machines boot without it, so it is tried again until it is there.</remarks>
/// <param name="socket">Path of the socket; one that an ended server left is replaced.</param>
/// <param name="report">Hears once when it cannot be made, and when it is made then.</param>
public sealed class ControlService(string socket, IServerControl control, IBootStore boots, BootJournal journal, TimeProvider time, Action<Problem> report)
    : IHostedService, IAsyncDisposable
{
    static readonly TimeSpan Pace = TimeSpan.FromSeconds(5);

    readonly CancellationTokenSource _stopping = new();
    WebApplication? _web;
    Task _retrying = Task.CompletedTask;

    public async Task StartAsync(CancellationToken cancellationToken)
    {
        if (await TryListen(cancellationToken) is not { } why)
            return;
        report(new("CW2011", Severity.Warning, $"Commands such as `cordwain leases` cannot ask this server: the socket {socket} cannot be made: {why}.",
            "Look for room on the disk, and for rights in the folder. Machines are served meanwhile, and it is tried again every five seconds.")
        { File = socket });
        _retrying = Retry(_stopping.Token);
    }

    public async Task StopAsync(CancellationToken cancellationToken)
    {
        await _stopping.CancelAsync();
        await _retrying;
        if (_web is not { } web)
            return;
        await web.StopAsync(cancellationToken);
        TryDelete();
    }

    public async ValueTask DisposeAsync()
    {
        if (_web is { } web)
            await web.DisposeAsync();
        _stopping.Dispose();
    }

    async Task Retry(CancellationToken stopping)
    {
        try
        {
            do
                await Task.Delay(Pace, time, stopping);
            while (await TryListen(stopping) is not null);
            report(new("CW2011", Severity.Note, $"Commands can ask this server now: the socket {socket} is there.", null) { File = socket });
        }
        catch (OperationCanceledException)
        {
            // The server ends.
        }
    }

    /// <returns>Why not; null: it listens.</returns>
    async Task<string?> TryListen(CancellationToken cancellationToken)
    {
        WebApplication? web = null;
        try
        {
            File.Delete(socket);
            web = Build();
            await web.StartAsync(cancellationToken);
            // Whoever reaches the socket may reload and read everything: it is the owner's alone, whatever rights the folder has.
            if (!OperatingSystem.IsWindows())
                File.SetUnixFileMode(socket, UnixFileMode.UserRead | UnixFileMode.UserWrite);
            _web = web;
            return null;
        }
        catch (Exception e)
        {
            if (web is not null)
                await web.DisposeAsync();
            cancellationToken.ThrowIfCancellationRequested();
            // .NET has no words for a disk without room here.
            return e is SocketException { SocketErrorCode: SocketError.SocketError } ? "the system refuses" : e.Message.TrimEnd('.');
        }
    }

    WebApplication Build()
    {
        var builder = WebApplication.CreateEmptyBuilder(new());
        builder.WebHost.UseKestrelCore().ConfigureKestrel(options => options.ListenUnixSocket(socket));
        builder.Services.AddRoutingCore().AddSingleton<IHostLifetime, NoSignals>();
        var web = builder.Build();
        web.UseRouting();
        web.MapControlApi(control, boots, journal);
        return web;
    }

    void TryDelete()
    {
        try
        {
            File.Delete(socket);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            // The next start replaces it.
        }
    }

    /// <summary>The host's own lifetime would take SIGTERM for itself, and the server around it would not hear of it.</summary>
    sealed class NoSignals : IHostLifetime
    {
        public Task WaitForStartAsync(CancellationToken cancellationToken) => Task.CompletedTask;

        public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;
    }
}
