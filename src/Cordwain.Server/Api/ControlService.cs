using Cordwain.Management.Stores;
using Cordwain.Server.Hosting;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;

namespace Cordwain.Server.Api;

/// <summary>Answers the other commands on a Unix socket. Only the user that the server runs as, and root, may ask.</summary>
/// <param name="socket">Path of the socket; one that an ended server left is replaced.</param>
public sealed class ControlService(string socket, IServerControl control, IBootStore boots, BootJournal journal) : IHostedService, IAsyncDisposable
{
    WebApplication? _web;

    /// <remarks>Whoever reaches the socket may reload and read everything: it is the owner's alone, whatever rights the folder has.</remarks>
    public async Task StartAsync(CancellationToken cancellationToken)
    {
        File.Delete(socket);
        var builder = WebApplication.CreateEmptyBuilder(new());
        builder.WebHost.UseKestrelCore().ConfigureKestrel(options => options.ListenUnixSocket(socket));
        builder.Services.AddRoutingCore().AddSingleton<IHostLifetime, NoSignals>();
        _web = builder.Build();
        _web.UseRouting();
        _web.MapControlApi(control, boots, journal);
        await _web.StartAsync(cancellationToken);
        if (!OperatingSystem.IsWindows())
            File.SetUnixFileMode(socket, UnixFileMode.UserRead | UnixFileMode.UserWrite);
    }

    public async Task StopAsync(CancellationToken cancellationToken)
    {
        if (_web is { } web)
            await web.StopAsync(cancellationToken);
        File.Delete(socket);
    }

    public async ValueTask DisposeAsync()
    {
        if (_web is { } web)
            await web.DisposeAsync();
    }

    /// <summary>The host's own lifetime would take SIGTERM for itself, and the server around it would not hear of it.</summary>
    sealed class NoSignals : IHostLifetime
    {
        public Task WaitForStartAsync(CancellationToken cancellationToken) => Task.CompletedTask;

        public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;
    }
}
