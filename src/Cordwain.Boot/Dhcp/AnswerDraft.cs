using System.Collections.Immutable;
using System.Globalization;
using Cordwain.Boot.Catalog;
using Cordwain.Boot.Decisions;
using Cordwain.Boot.Journal;
using Cordwain.Boot.Leases;
using Cordwain.Protocols.Dhcp4;
using Cordwain.Protocols.Wire;

namespace Cordwain.Boot.Dhcp;

/// <summary>An answer in the making: gathers the trace, and ends in a reply or in silence.</summary>
sealed class AnswerDraft(DhcpMessage message, DhcpArrival arrival, BootCatalog catalog, NetworkDefinition? network, BootRequest boot)
{
    readonly ImmutableArray<TraceStep>.Builder _trace = ImmutableArray.CreateBuilder<TraceStep>();
    BootOutcome _outcome = new(new BootDecision.Ignore(), []);

    public DhcpMessage Message => message;

    public DhcpArrival Arrival => arrival;

    public BootCatalog Catalog => catalog;

    public NetworkDefinition? Network => network;

    public void Note(string rule, string because, bool decided = false) => _trace.Add(new(rule, decided, because));

    public void Note(ImmutableArray<TraceStep> steps)
    {
        if (!steps.IsDefault)
            _trace.AddRange(steps);
    }

    public void Decide()
    {
        _outcome = BootDecider.Decide(boot, catalog);
        _trace.AddRange(_outcome.Trace);
    }

    public DhcpAnswer Silent(string reason) => Make(ReplyKind.None, null, null, [], reason);

    /// <summary>A change to store without an answer: RELEASE, DECLINE.</summary>
    public DhcpAnswer Stored(LeaseChange change) => Make(ReplyKind.None, null, null, [change], $"{change.Address} {(change.Binding is { } b ? b.State.ToString().ToLowerInvariant() : "forgotten")}") with
    {
        // Somebody else was found to use it.
        WorthProbing = message.Type == DhcpMessageType.Decline ? [change.Address] : [],
    };

    public DhcpAnswer Refuse(string reason) => Make(ReplyKind.Nak, null, reason, [], reason);

    /// <param name="silence">Why there is no answer when <paramref name="kind"/> is none.</param>
    public DhcpAnswer Reply(ReplyKind kind, string silence) => Make(kind, null, null, [], silence);

    /// <summary>No offer waits for a probe; one that nobody looked at is looked at now, while its client makes up its mind.</summary>
    public DhcpAnswer Offer(LeaseGrant grant) => Reply(ReplyKind.Offer, grant, []) with { WorthProbing = grant.IsUnprobed ? [grant.Address] : [] };

    public DhcpAnswer Reply(ReplyKind kind, LeaseGrant grant, ImmutableArray<LeaseChange> changes) => Make(kind, grant, null, changes, "");

    DhcpAnswer Make(ReplyKind kind, LeaseGrant? grant, string? reason, ImmutableArray<LeaseChange> changes, string silence)
    {
        var terms = new ReplyTerms(message, catalog, network, boot, _outcome, kind) { Grant = grant, Reason = reason };
        var reply = DhcpReplyComposer.Compose(terms);
        return new(
            reply,
            reply is null ? default : ReplyRouting.Destination(message, reply, arrival.Port, arrival.Source, arrival.SourcePort),
            changes,
            AnswerSummary.Of(message, reply, _outcome, silence),
            _trace.ToImmutable(),
            Circumstances(reply is null ? ReplyKind.None : kind, grant, reason))
        {
            Boot = boot.IsBootClient ? boot : null,
            MaxPayload = DhcpMessage.MaxPayloadFor(message),
        };
    }

    DhcpCircumstances Circumstances(ReplyKind kind, LeaseGrant? grant, string? reason) =>
        new(arrival.Interface, boot.Server, grant?.Address ?? Ipv4Address.Any, grant?.Lease ?? TimeSpan.Zero, arrival.Port, catalog.Revision)
        {
            Source = arrival.Source,
            SourcePort = arrival.SourcePort,
            Network = network?.Name,
            Kind = kind,
            RenewAfter = grant?.RenewAfter ?? TimeSpan.Zero,
            RebindAfter = grant?.RebindAfter ?? TimeSpan.Zero,
            Reason = reason,
        };
}

/// <summary>One line for lists: <c>DISCOVER → OFFER 10.77.0.130, undionly.kpxe</c>.</summary>
static class AnswerSummary
{
    public static string Of(DhcpMessage message, DhcpMessage? reply, BootOutcome outcome, string silence)
    {
        var asked = Word(message);
        if (reply is null)
            return $"{asked} → no answer: {Short(silence.Length > 0 ? silence : outcome.Trace is [.., var last] ? last.Because : "nothing to say")}";

        var what = reply.Type == DhcpMessageType.Nak
            ? silence
            : outcome.Decision switch
            {
                BootDecision.LoadFile file => reply.File.Length > 0 || reply.Options.Has(DhcpOptions.BootfileName.Code) ? file.File : "ask port 4011",
                BootDecision.AttachDisk disk => disk.RootPath,
                _ => "",
            };
        var parts = new[] { reply.Yiaddr.IsAny ? "" : reply.Yiaddr.ToString(), what }.Where(part => part.Length > 0);
        return $"{asked} → {Word(reply)} {string.Join(", ", parts)}".TrimEnd();
    }

    /// <summary>The sentence without its advice: the trace has the whole.</summary>
    static string Short(string because) => because.IndexOfAny([';', '(']) is var end and > 0 ? because[..end].TrimEnd() : because;

    static string Word(DhcpMessage message) => message.Type switch
    {
        DhcpMessageType.None => message.Op == DhcpMessage.BootRequest ? "BOOTP request" : "BOOTP reply",
        var type when Enum.IsDefined(type) => type.ToString().ToUpperInvariant(),
        var type => string.Create(CultureInfo.InvariantCulture, $"message of type {(byte)type}"),
    };
}
