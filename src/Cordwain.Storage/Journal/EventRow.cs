using System.Collections.Immutable;
using System.Text.Json;
using Cordwain.Boot.Decisions;
using Cordwain.Boot.Dhcp;
using Cordwain.Boot.Journal;
using Cordwain.Boot.Machines;
using Cordwain.Protocols.Wire;

namespace Cordwain.Storage.Journal;

/// <summary>The case of an event. The numbers are on the disk: never change or reuse one.</summary>
enum EventKind
{
    Dhcp = 1,
    Read = 2,
    Note = 3,
}

/// <summary>An event as a row: the datagrams as they were, all else as JSON.</summary>
readonly record struct EventRow(EventKind Kind, string Body, byte[]? Request, byte[]? Reply)
{
    public static EventRow Of(BootEvent item) => item switch
    {
        BootEvent.Dhcp dhcp => new(EventKind.Dhcp, Text(OfDhcp(dhcp, OfMachine(item))), dhcp.Request.ToArray(), dhcp.Reply.ToArray()),
        BootEvent.Read read => new(EventKind.Read, Text(OfRead(read, OfMachine(item))), null, null),
        BootEvent.Note note => new(EventKind.Note, Text(OfMachine(item) with { Text = note.Text }), null, null),
        _ => throw new ArgumentException($"Events of type {item.GetType().Name} have no row.", nameof(item)),
    };

    /// <returns>Null when the row does not read.</returns>
    public BootEvent? ToEvent(DateTimeOffset at)
    {
        try
        {
            var body = JsonSerializer.Deserialize(Body, EventBodyJson.Default.EventBody);
            return body is null ? null : Kind switch
            {
                EventKind.Dhcp => ToDhcp(body, at),
                EventKind.Read => ToRead(body, at),
                EventKind.Note => new BootEvent.Note(body.Text ?? "") { At = at, Machine = MachineOf(body), Address = AddressOf(body.Address) },
                _ => null,
            };
        }
        catch (JsonException)
        {
            return null;
        }
    }

    static string Text(EventBody body) => JsonSerializer.Serialize(body, EventBodyJson.Default.EventBody);

    static EventBody OfMachine(BootEvent item) => new()
    {
        Mac = item.Machine.Mac?.ToString(),
        Uuid = item.Machine.Uuid,
        Serial = item.Machine.Serial,
        Address = OrNull(item.Address),
    };

    static EventBody OfDhcp(BootEvent.Dhcp dhcp, EventBody body) => body with
    {
        Channel = ChannelNames.Of(dhcp.Channel),
        Summary = dhcp.Summary,
        Trace = StepsOf(dhcp.Trace),
        Interface = dhcp.Circumstances.Interface,
        Server = OrNull(dhcp.Circumstances.Server),
        Given = OrNull(dhcp.Circumstances.Given),
        Lease = dhcp.Circumstances.Lease.Ticks,
        Port = dhcp.Circumstances.Port,
        Revision = dhcp.Circumstances.Revision,
        Peer = OrNull(dhcp.Circumstances.Source),
        PeerPort = dhcp.Circumstances.SourcePort,
        Network = dhcp.Circumstances.Network,
        Reply = (byte)dhcp.Circumstances.Kind,
        RenewAfter = dhcp.Circumstances.RenewAfter.Ticks,
        RebindAfter = dhcp.Circumstances.RebindAfter.Ticks,
        NakReason = dhcp.Circumstances.Reason,
        IsBoot = dhcp.IsBoot,
        Architecture = dhcp.Architecture?.Code,
        IsIpxe = dhcp.IsIpxe,
    };

    static EventBody OfRead(BootEvent.Read read, EventBody body) => body with
    {
        Channel = ChannelNames.Of(read.Channel),
        Name = read.Name,
        Source = read.Source,
        Outcome = (byte)read.Outcome,
        Bytes = read.Bytes,
        Duration = read.Duration.Ticks,
        Reason = read.Reason,
        Text = read.Text,
        Trace = StepsOf(read.Trace),
    };

    BootEvent.Dhcp? ToDhcp(EventBody body, DateTimeOffset at) =>
        !ChannelNames.TryRead(body.Channel, out var channel) ? null : new(channel, Request, Reply, body.Summary ?? "", TraceOf(body))
        {
            At = at,
            Machine = MachineOf(body),
            Address = AddressOf(body.Address),
            Circumstances = new(
                body.Interface ?? "", AddressOf(body.Server), AddressOf(body.Given), TimeSpan.FromTicks(body.Lease), body.Port, body.Revision ?? "")
            {
                Source = AddressOf(body.Peer),
                SourcePort = body.PeerPort,
                Network = body.Network,
                Kind = Enum.IsDefined((ReplyKind)body.Reply) ? (ReplyKind)body.Reply : ReplyKind.None,
                RenewAfter = TimeSpan.FromTicks(body.RenewAfter),
                RebindAfter = TimeSpan.FromTicks(body.RebindAfter),
                Reason = body.NakReason,
            },
            IsBoot = body.IsBoot,
            Architecture = body.Architecture is { } code ? new ClientArchitecture(code) : null,
            IsIpxe = body.IsIpxe,
        };

    static BootEvent.Read? ToRead(EventBody body, DateTimeOffset at) =>
        !ChannelNames.TryRead(body.Channel, out var channel) || !Enum.IsDefined((ReadOutcome)body.Outcome) ? null
        : new(channel, body.Name ?? "", body.Source, (ReadOutcome)body.Outcome, body.Bytes, TimeSpan.FromTicks(body.Duration))
        {
            At = at,
            Machine = MachineOf(body),
            Address = AddressOf(body.Address),
            Reason = body.Reason,
            Text = body.Text,
            Trace = TraceOf(body),
        };

    static MachineIdentity MachineOf(EventBody body) =>
        new(MacAddress.TryParse(body.Mac, out var mac) ? mac : null, body.Uuid, body.Serial);

    static StepBody[]? StepsOf(ImmutableArray<TraceStep> trace) =>
        trace.IsDefaultOrEmpty ? null : [.. trace.Select(step => new StepBody(step.Rule, step.Decided, step.Because))];

    static ImmutableArray<TraceStep> TraceOf(EventBody body) =>
        body.Trace is null ? [] : [.. body.Trace.Select(step => new TraceStep(step.R, step.D, step.B))];

    static string? OrNull(Ipv4Address address) => address.IsAny ? null : address.ToString();

    static Ipv4Address AddressOf(string? text) => Ipv4Address.TryParse(text, out var address) ? address : Ipv4Address.Any;
}

/// <summary>Channels as they stand in the journal. The names are on the disk: add, never rename.</summary>
static class ChannelNames
{
    static readonly (BootChannel Channel, string Name)[] All =
    [
        (BootChannel.Dhcp, "dhcp"),
        (BootChannel.ProxyDhcp, "proxy"),
        (BootChannel.BootServer, "boot-server"),
        (BootChannel.Tftp, "tftp"),
        (BootChannel.Http, "http"),
    ];

    public static string Of(BootChannel channel) => Array.Find(All, row => row.Channel == channel).Name;

    public static bool TryRead(string? name, out BootChannel channel)
    {
        var row = Array.Find(All, row => row.Name == name);
        channel = row.Channel;
        return row.Name is not null;
    }
}
