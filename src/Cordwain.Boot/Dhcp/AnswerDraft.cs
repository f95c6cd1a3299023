using System.Collections.Immutable;
using Cordwain.Boot.Catalog;
using Cordwain.Boot.Decisions;
using Cordwain.Boot.Journal;
using Cordwain.Boot.Leases;
using Cordwain.Protocols.Dhcp4;
using Cordwain.Protocols.Wire;

namespace Cordwain.Boot.Dhcp;

/// <summary>An answer in the making, which ends in a reply or in silence; afterwards, what its words are made from.</summary>
sealed class AnswerDraft(DhcpMessage message, DhcpArrival arrival, BootCatalog catalog, NetworkDefinition? network, BootRequest boot) : IAnswerWords
{
    BootOutcome? _outcome;
    ImmutableArray<TraceStep> _last = [];
    DhcpMessage? _reply;
    string _silence = "";

    public DhcpMessage Message => message;

    public DhcpArrival Arrival => arrival;

    public BootCatalog Catalog => catalog;

    public NetworkDefinition? Network => network;

    public BootRequest Boot => boot;

    /// <summary>Whether the trace begins with the choice of the network, which an answer that is made again does not make.</summary>
    public bool TellsNetwork { get; init; }

    public ImmutableArray<TraceStep> Trace => field.IsDefault ? field = MakeTrace() : field;

    public string Summary => field ??= AnswerSummary.Of(message, _reply, _outcome, _silence);

    /// <summary>Steps after the boot decision, or in place of it.</summary>
    public void Note(ImmutableArray<TraceStep> steps) => _last = steps.IsDefault ? [] : steps;

    public void Decide() => _outcome = BootDecider.Decide(boot, catalog);

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
    public DhcpAnswer Offer(LeaseGrant grant) =>
        grant.IsUnprobed ? Reply(ReplyKind.Offer, grant, []) with { WorthProbing = [grant.Address] } : Reply(ReplyKind.Offer, grant, []);

    public DhcpAnswer Reply(ReplyKind kind, LeaseGrant grant, ImmutableArray<LeaseChange> changes) => Make(kind, grant, null, changes, "");

    /// <summary>Room to make the reply in; null: it takes new.</summary>
    public DhcpOptionSet.Builder? Room { get; set; }

    DhcpAnswer Make(ReplyKind kind, LeaseGrant? grant, string? reason, ImmutableArray<LeaseChange> changes, string silence)
    {
        var decision = _outcome?.Decision ?? Undecided;
        _reply = DhcpReplyComposer.Compose(new ReplyTerms(message, catalog, network, boot, decision, kind) { Grant = grant, Reason = reason }, Room ?? new());
        Room = null;   // the next answer's
        _silence = silence;
        return new(
            _reply,
            _reply is null ? default : ReplyRouting.Destination(message, _reply, arrival.Port, arrival.Source, arrival.SourcePort),
            changes,
            this,
            Circumstances(_reply is null ? ReplyKind.None : kind, grant, reason))
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

    ImmutableArray<TraceStep> MakeTrace()
    {
        var trace = ImmutableArray.CreateBuilder<TraceStep>();
        if (TellsNetwork)
        {
            NetworkSelection.Of(message, arrival, catalog, out string because);
            trace.Add(new("network", false, network is null ? because : $"{network.Name}: {because}"));
        }

        if (_outcome is not null)
            trace.AddRange(_outcome.Trace);
        trace.AddRange(_last);
        return trace.ToImmutable();
    }

    static readonly BootDecision Undecided = new BootDecision.Ignore();
}
