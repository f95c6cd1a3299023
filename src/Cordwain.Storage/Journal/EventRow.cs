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

/// <summary>An event as journals of the first layout have it, a row for each: the datagrams as they were, all else as JSON. Such rows are read, no longer written.</summary>
readonly record struct EventRow(EventKind Kind, string Body, byte[]? Request, byte[]? Reply)
{
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

    static ImmutableArray<TraceStep> TraceOf(EventBody body) =>
        body.Trace is null ? [] : [.. body.Trace.Select(step => new TraceStep(step.R, step.D, step.B))];

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
