using System.Collections.Immutable;
using Cordwain.Boot.Decisions;
using Cordwain.Boot.Dhcp;
using Cordwain.Boot.Machines;
using Cordwain.Protocols.Wire;

namespace Cordwain.Boot.Journal;

/// <summary>Something that happened in the boot of a machine; exactly one of the nested cases.</summary>
public abstract record BootEvent
{
    BootEvent() { }

    public required DateTimeOffset At { get; init; }

    /// <summary>Who; <see cref="MachineIdentity.Unknown"/> when only the address is known.</summary>
    public required MachineIdentity Machine { get; init; }

    /// <summary>The machine's address at the time; any (0.0.0.0) before it has one.</summary>
    public Ipv4Address Address { get; init; }

    /// <summary>A DHCP message came, and what it got.</summary>
    /// <param name="Request">The datagram as it came.</param>
    /// <param name="Reply">The datagram as it left; empty: none.</param>
    /// <param name="Words">Made when somebody reads them: on the journal's own thread, never on the way of an answer.</param>
    public sealed record Dhcp(BootChannel Channel, ReadOnlyMemory<byte> Request, ReadOnlyMemory<byte> Reply, IAnswerWords Words) : BootEvent
    {
        public Dhcp(BootChannel channel, ReadOnlyMemory<byte> request, ReadOnlyMemory<byte> reply, string summary, ImmutableArray<TraceStep> trace)
            : this(channel, request, reply, new KnownWords(summary, trace))
        {
        }

        /// <inheritdoc cref="IAnswerWords.Summary"/>
        public string Summary => Words.Summary;

        /// <inheritdoc cref="IAnswerWords.Trace"/>
        public ImmutableArray<TraceStep> Trace => Words.Trace;

        /// <summary>What <c>explain --boot</c> needs to make the same answer again: our address, the network, the address given.</summary>
        public required DhcpCircumstances Circumstances { get; init; }

        /// <summary>The machine asks to boot (PXE, HTTP Boot, iPXE, U-Boot …), rather than for an address only.</summary>
        public bool IsBoot { get; init; }

        public ClientArchitecture? Architecture { get; init; }

        public bool IsIpxe { get; init; }
    }

    /// <summary>A file, menu or script was asked for by TFTP or HTTP.</summary>
    /// <param name="Name">As asked, control characters escaped.</param>
    /// <param name="Source">Where it came from: <c>folder</c>, <c>loader</c>, <c>menu</c>, <c>mirror</c>; null when not found.</param>
    public sealed record Read(BootChannel Channel, string Name, string? Source, ReadOutcome Outcome, long Bytes, TimeSpan Duration) : BootEvent
    {
        /// <summary>Why it ended early, in words; null when it did not.</summary>
        public string? Reason { get; init; }

        /// <summary>The rendered text when the source is a menu or script; null otherwise.</summary>
        public string? Text { get; init; }

        public ImmutableArray<TraceStep> Trace { get; init; } = [];
    }

    /// <summary>Anything else worth a line: an assignment used up, an address found in use.</summary>
    public sealed record Note(string Text) : BootEvent;
}

/// <summary>How a read ended. The numbers are on the disk: never change or reuse one.</summary>
public enum ReadOutcome : byte
{
    Completed = 1,

    /// <summary>Not a failure: loaders search by asking.</summary>
    NotFound = 2,

    /// <summary>The client ended it, as UEFI does after it has learnt the size (TFTP error 8), or closed the connection.</summary>
    EndedByClient = 3,

    /// <summary>The client fell silent.</summary>
    TimedOut = 4,

    Failed = 5,

    /// <summary>HTTP HEAD, or a TFTP size probe: answered, no bytes wanted.</summary>
    Probed = 6,
}

/// <summary>What the answer to a DHCP message depends on beside the message and the catalog.</summary>
/// <param name="Interface">Name of the interface it came in by.</param>
/// <param name="Server">Our address there.</param>
/// <param name="Given">The address that the answer offers or binds; any when none.</param>
/// <param name="Lease">The lease time in the answer; zero when none.</param>
/// <param name="Port">The port it came to: 67 or 4011.</param>
/// <param name="Revision">The catalog's revision.</param>
public sealed record DhcpCircumstances(string Interface, Ipv4Address Server, Ipv4Address Given, TimeSpan Lease, int Port, string Revision)
{
    /// <summary>Where the datagram came from.</summary>
    public Ipv4Address Source { get; init; }

    public int SourcePort { get; init; } = 68;

    /// <summary>Name of the network that the message was taken to belong to; null: none of ours.</summary>
    public string? Network { get; init; }

    /// <summary>What kind of answer it was.</summary>
    public ReplyKind Kind { get; init; }

    /// <summary>T1 and T2 in the answer; zero when it gave no lease.</summary>
    public TimeSpan RenewAfter { get; init; }

    public TimeSpan RebindAfter { get; init; }

    /// <summary>The reason in a NAK; null otherwise.</summary>
    public string? Reason { get; init; }
}

/// <summary>Something that happened and is not in words yet: whoever keeps the journal asks for them, beside the answers.</summary>
public interface IPendingEvent
{
    BootEvent ToEvent();
}

/// <summary>Takes events after the answer has left; never blocks and never throws: what it cannot keep it counts.</summary>
public interface IBootJournal
{
    void Record(BootEvent boot);

    /// <summary>The same without the cost of the words. What the event needs must not change any more.</summary>
    void Record(IPendingEvent pending)
    {
        ArgumentNullException.ThrowIfNull(pending);
        Record(pending.ToEvent());
    }
}
