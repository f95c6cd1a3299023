using Cordwain.Boot.Dhcp;
using Cordwain.Boot.Journal;

namespace Cordwain.Server.Dhcp;

/// <summary>A message with its answer, and its line of the journal as long as nobody asks for the words.</summary>
/// <param name="Reply">The encoded reply; empty: silence.</param>
sealed record Answered(DhcpWork Work, DhcpAnswer Answer, ReadOnlyMemory<byte> Reply, DateTimeOffset At) : IPendingEvent
{
    /// <summary>The reply did not leave because its binding could not be stored.</summary>
    public bool Withheld { get; init; }

    /// <summary>The reply did not leave because its client gave the address back before it could.</summary>
    public bool Overtaken { get; init; }

    /// <summary>There was a reply, and it did not leave.</summary>
    public bool IsHeldBack => (Withheld || Overtaken) && Answer.Reply is not null;

    public BootEvent ToEvent() => DhcpJournalEntry.Of(this);
}
