using System.Text;
using Cordwain.Boot.Decisions;
using Cordwain.Boot.Journal;
using Cordwain.Boot.Machines;
using Cordwain.Content;
using Cordwain.Protocols.Wire;

namespace Cordwain.Server.Tftp;

/// <summary>A transfer as the boot journal keeps it.</summary>
static class TftpJournalEntry
{
    public static BootEvent.Read Of(TftpTransfer transfer, OpenedFile? file, ReadOutcome outcome, string? reason, DateTimeOffset at, TimeSpan duration) =>
        new(BootChannel.Tftp, PrintableText.Escape(transfer.Request.Name), file?.Content?.Source, outcome, transfer.BytesAcknowledged, duration)
        {
            At = at,
            Machine = file?.Machine ?? MachineIdentity.Unknown,
            Address = transfer.Client.Address,
            Reason = reason,
            Text = file?.Content is { Source: "menu", Bytes: { } text } ? Encoding.UTF8.GetString(text.Span) : null,
            Trace = file?.Trace ?? [],
        };
}
