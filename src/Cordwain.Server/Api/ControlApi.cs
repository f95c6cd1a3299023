using System.Text.Json;
using Cordwain.Boot.Journal;
using Cordwain.Boot.Leases;
using Cordwain.Management;
using Cordwain.Management.Stores;
using Cordwain.Protocols.Wire;
using Cordwain.Server.Hosting;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace Cordwain.Server.Api;

/// <summary>What the running server tells and does for the other commands.</summary>
public interface IServerControl
{
    ServerStatus Status();

    /// <summary>All bindings with the name of their network, in the order of addresses.</summary>
    Task<IReadOnlyList<(LeaseBinding Binding, string? Network)>> Leases();

    /// <summary>Reads the configuration again; a wrong one changes nothing.</summary>
    ReloadResult Reload();
}

/// <summary>The REST resources, served on a Unix socket in the data folder, which its owner alone may open.</summary>
public static class ControlApi
{
    public static void MapControlApi(this IEndpointRouteBuilder routes, IServerControl control, IBootStore boots, BootJournal journal)
    {
        routes.MapGet("/api/v1/status", context => Write(context, control.Status()));
        routes.MapGet("/api/v1/leases", async context => await Write<IReadOnlyList<LeaseItem>>(context, [.. (await control.Leases()).Select(Item)]));
        routes.MapPost("/api/v1/reload", context => Write(context, control.Reload()));
        routes.MapGet("/api/v1/boots", context =>
        {
            journal.Settle();
            var most = int.TryParse(context.Request.Query["most"], out var asked) ? Math.Clamp(asked, 1, 10_000) : 50;
            return Write<IReadOnlyList<BootItem>>(context, [.. boots.List(most, context.Request.Query["machine"].FirstOrDefault()).Select(Item)]);
        });
        routes.MapGet("/api/v1/boots/follow", context => Follow(context, journal));
        routes.MapGet("/api/v1/boots/{id:long}", context =>
            Find(context, boots, journal) is { } boot
                ? Write(context, new BootDetail(Item(boot), [.. boots.Events(boot.Id).Select(happened => Line(boot.Id, happened))]))
                : NotFound(context));
        routes.MapGet("/api/v1/boots/{id:long}/packets", context =>
            Find(context, boots, journal) is { } boot
                ? Write<IReadOnlyList<BootPacket>>(context, [.. boots.Events(boot.Id).OfType<BootEvent.Dhcp>().Select(Packet)])
                : NotFound(context));
    }

    public static ProblemItem Item(Problem problem) =>
        new(problem.Code, problem.Severity.ToString().ToLowerInvariant(), problem.Message, problem.Fix, problem.File, problem.Line, problem.Column);

    static BootTimeline? Find(HttpContext context, IBootStore boots, BootJournal journal)
    {
        journal.Settle();
        return long.TryParse((string?)context.Request.RouteValues["id"], out var id) ? boots.Find(id) : null;
    }

    static async Task Follow(HttpContext context, BootJournal journal)
    {
        context.Response.ContentType = "application/x-ndjson";
        await context.Response.Body.FlushAsync(context.RequestAborted);
        try
        {
            await foreach (var (id, happened) in journal.Follow(context.RequestAborted))
            {
                await context.Response.WriteAsync(JsonSerializer.Serialize(Line(id, happened), ControlJson.Default.BootLine) + "\n", context.RequestAborted);
                await context.Response.Body.FlushAsync(context.RequestAborted);
            }
        }
        catch (OperationCanceledException)
        {
            // The follower has gone: the ordinary end of this request.
        }
    }

    static BootItem Item(BootTimeline boot) => new(
        boot.Id, boot.Machine.ToString(), boot.Machine.Uuid?.ToString(), Text(boot.Address), boot.Firmware, boot.Started, boot.Last, boot.Events, boot.Bytes, boot.Stage);

    static LeaseItem Item((LeaseBinding Binding, string? Network) lease) => new(
        lease.Binding.Address.ToString(), lease.Binding.Client.ToString(), lease.Binding.Mac?.ToString(), lease.Binding.HostName, lease.Binding.VendorClass,
        lease.Binding.State.ToString().ToLowerInvariant(), lease.Binding.Since,
        lease.Binding.Expires == DateTimeOffset.MaxValue ? null : lease.Binding.Expires, lease.Network);

    static BootLine Line(long id, BootEvent happened) => new(
        id, happened.Machine.ToString(), Text(happened.Address), happened.At, Kind(happened), BootEventText.OneLine(happened),
        happened switch
        {
            BootEvent.Dhcp dhcp => [.. dhcp.Trace.Select(step => step.ToString())],
            BootEvent.Read read => [.. read.Trace.Select(step => step.ToString())],
            _ => [],
        });

    static string Kind(BootEvent happened) => happened switch
    {
        BootEvent.Dhcp => "dhcp",
        BootEvent.Read { Outcome: ReadOutcome.NotFound } => "not-found",
        BootEvent.Read { Text: not null } => "script",
        BootEvent.Read => "read",
        _ => "note",
    };

    static BootPacket Packet(BootEvent.Dhcp dhcp)
    {
        var then = dhcp.Circumstances;
        return new(
            dhcp.At, Convert.ToHexStringLower(dhcp.Request.Span), Convert.ToHexStringLower(dhcp.Reply.Span),
            then.Interface, then.Server.ToString(), then.Port, then.Source.ToString(), then.SourcePort)
        {
            Revision = then.Revision,
            Network = then.Network,
            Kind = then.Kind.ToString(),
            Given = then.Given.ToString(),
            Lease = Seconds(then.Lease),
            RenewAfter = Seconds(then.RenewAfter),
            RebindAfter = Seconds(then.RebindAfter),
            Reason = then.Reason,
        };
    }

    static string? Text(Ipv4Address address) => address.IsAny ? null : address.ToString();

    static double Seconds(TimeSpan time) => time == Timeout.InfiniteTimeSpan ? -1 : time.TotalSeconds;

    static Task Write<T>(HttpContext context, T value) =>
        context.Response.WriteAsJsonAsync((object?)value, typeof(T), ControlJson.Default, cancellationToken: context.RequestAborted);

    static Task NotFound(HttpContext context)
    {
        context.Response.StatusCode = StatusCodes.Status404NotFound;
        return Task.CompletedTask;
    }
}
