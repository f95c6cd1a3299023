using System.Globalization;
using System.Text;
using Cordwain.Boot.Decisions;
using Cordwain.Boot.Journal;
using Cordwain.Boot.Machines;
using Cordwain.Content;

namespace Cordwain.Server.Tftp;

/// <summary>A transfer as the boot journal keeps it.</summary>
static class TftpJournalEntry
{
    public static BootEvent.Read Of(TftpTransfer transfer, OpenedFile? file, ReadOutcome outcome, string? reason, DateTimeOffset at, TimeSpan duration) =>
        new(BootChannel.Tftp, Escape(transfer.Request.Name), file?.Content?.Source, outcome, transfer.BytesAcknowledged, duration)
        {
            At = at,
            Machine = file?.Machine ?? MachineIdentity.Unknown,
            Address = transfer.Client.Address,
            Reason = reason,
            Text = file?.Content is { Source: "menu", Bytes: { } text } ? Encoding.UTF8.GetString(text.Span) : null,
            Trace = file?.Trace ?? [],
        };

    /// <summary>Control characters as <c>\u001b</c>: names come from strangers and are shown on terminals.</summary>
    internal static string Escape(string name)
    {
        if (!name.Any(char.IsControl))
            return name;

        var escaped = new StringBuilder();
        foreach (var letter in name)
            _ = char.IsControl(letter) ? escaped.Append(CultureInfo.InvariantCulture, $"\\u{(int)letter:x4}") : escaped.Append(letter);
        return escaped.ToString();
    }
}
