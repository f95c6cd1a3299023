using Cordwain.Management.Stores;
using Cordwain.Server.Hosting;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;

namespace Cordwain.Server.Api;

/// <summary>Answers the other commands on a Unix socket. The folder's rights say who may ask.</summary>
/// <param name="socket">Path of the socket; one that an ended server left is replaced.</param>
public sealed class ControlService(string socket, IServerControl control, IBootStore boots, BootJournal journal) : IHostedService, IAsyncDisposable
{
    WebApplication? _web;

    public async Task StartAsync(CancellationToken cancellationToken)
    {
        File.Delete(socket);
        var builder = WebApplication.CreateEmptyBuilder(new());
        builder.WebHost.UseKestrelCore().ConfigureKestrel(options => options.ListenUnixSocket(socket));
        builder.Services.AddRoutingCore();
        _web = builder.Build();
        _web.UseRouting();
        _web.MapControlApi(control, boots, journal);
        await _web.StartAsync(cancellationToken);
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
}
