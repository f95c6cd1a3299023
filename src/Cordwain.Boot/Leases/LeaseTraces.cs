using System.Collections.Immutable;
using Cordwain.Boot.Decisions;

namespace Cordwain.Boot.Leases;

/// <summary>Why an address was or was not given, in the operator's words. The common ones are made once.</summary>
static class LeaseTraces
{
    public static readonly ImmutableArray<TraceStep> Nameless = One("client", "the message has neither a hardware address nor a client identifier");
    public static readonly ImmutableArray<TraceStep> Ignored = One("reservation", "the configuration says to ignore this client");
    public static readonly ImmutableArray<TraceStep> NotAsked = One("message-type", "not a message that a client sends to a server");
    public static readonly ImmutableArray<TraceStep> Inform = One("inform", "the client has an address already and wants options only");
    public static readonly ImmutableArray<TraceStep> Stranger = One("known-only", "the network serves known machines only, and this one is in no reservation and no machine of the configuration");
    public static readonly ImmutableArray<TraceStep> Renewed = One("renewal", "the client holds this address, and its lease goes on");
    public static readonly ImmutableArray<TraceStep> Rebooted = One("reboot", "the client held this address before it restarted, and gets it again");
    public static readonly ImmutableArray<TraceStep> Taken = One("request", "the client takes the address that was offered to it");
    public static readonly ImmutableArray<TraceStep> TakenFree = One("request", "no offer is remembered, but the address is free");
    public static readonly ImmutableArray<TraceStep> TakenReserved = One("reservation", "the address is reserved for this client");
    public static readonly ImmutableArray<TraceStep> ElsewhereServed = One("server-identifier", "the client chose another server; our offer is forgotten");
    public static readonly ImmutableArray<TraceStep> NoAddress = One("request", "the message names no address to ask for");
    public static readonly ImmutableArray<TraceStep> Unknown = One("unknown-address", "nothing is known of this client and address, and the network is not authoritative");
    public static readonly ImmutableArray<TraceStep> Current = One("current-binding", "the client holds this address already");
    public static readonly ImmutableArray<TraceStep> OfferedBefore = One("earlier-offer", "the client was offered this address a moment ago");
    public static readonly ImmutableArray<TraceStep> Previous = One("previous-binding", "the client had this address the last time, and it is still free");
    public static readonly ImmutableArray<TraceStep> Requested = One("requested-address", "the client asks for this address, and it is free");
    public static readonly ImmutableArray<TraceStep> Released = One("release", "the client gives its address back");
    public static readonly ImmutableArray<TraceStep> NotReleased = One("release", "the address is not held by this client: nothing changes");
    public static readonly ImmutableArray<TraceStep> NotDeclined = One("decline", "the address is neither held by this client nor offered to it: nothing changes");
    public static readonly ImmutableArray<TraceStep> Declined = One("decline", "the client found the address in use by somebody else: it goes into quarantine");
    public static readonly ImmutableArray<TraceStep> DeclinedTooOften = One("decline", "the client has several addresses in quarantine already: this one goes back to the pool, behind all others");
    public static readonly ImmutableArray<TraceStep> PoolEmpty = One("pool", "every address of the pools is held by a client");
    public static readonly ImmutableArray<TraceStep> NoPool = One("pool", "the network has no pool, and the client no reservation with an address");

    static readonly ImmutableArray<TraceStep>[] Chosen =
    [
        One("free-address", "a free address of the pool, probed: nobody answered"),
        One("free-address", "a free address of the pool"),
        One("free-address", "the pool has no unused address left: the one whose last client has been away longest"),
        One("free-address", "the pool is full: an address that was offered to another client, which has not taken it yet"),
        One("free-address", "the pool is full: the address that has been in quarantine longest"),
    ];

    public static ImmutableArray<TraceStep> Of(AddressSource source) => Chosen[(int)source];

    public static ImmutableArray<TraceStep> One(string rule, string because) => [new(rule, true, because)];

    public static TraceStep Passed(string rule, string because) => new(rule, false, because);
}
