using Cordwain.Boot.Dhcp;
using Cordwain.Boot.Journal;

namespace Cordwain.Server.Dhcp;

/// <summary>A message with its answer, and its line of the journal as long as nobody asks for the words.</summary>
/// <param name="Reply">The encoded reply; empty: silence.</param>
sealed record Answered(DhcpWork Work, DhcpAnswer Answer, ReadOnlyMemory<byte> Reply, DateTimeOffset At) : IPendingEvent
{
    /// <summary>The reply did not leave because its binding could not be stored.</summary>
    public bool Withheld { get; init; }

    public BootEvent ToEvent() => DhcpJournalEntry.Of(this);
}
