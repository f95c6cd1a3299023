using System.Text;
using Cordwain.Boot.Decisions;
using Cordwain.Boot.Journal;
using Cordwain.Content;
using Cordwain.Protocols.Wire;

namespace Cordwain.Server.HttpBoot;

/// <summary>Writes reads into the journal. The ranges that one connection asks of one file make one entry: a disk booted over HTTP is read in thousands.</summary>
sealed class HttpReads(IBootJournal journal, TimeProvider time)
{
    /// <summary>A read has ended.</summary>
    /// <param name="series">The series of this connection; null as long as it has asked for no range.</param>
    /// <param name="isRange">It is one of a series.</param>
    public void Record(ref ReadSeries? series, BootEvent.Read read, bool isRange)
    {
        if (isRange)
            series ??= new(journal);
        if (series is null)
            journal.Record(read);
        else
            series.Add(read, isRange);
    }

    /// <summary>The event, without what is not known before the end.</summary>
    /// <param name="name">As <see cref="Shown"/> gives it.</param>
    public BootEvent.Read Read(string name, Ipv4Address client, OpenedFile opened, ReadOutcome outcome, long bytes, TimeSpan duration, string? reason) =>
        new(BootChannel.Http, name, opened.Content?.Source, outcome, bytes, duration)
        {
            At = time.GetUtcNow() - duration,
            Machine = opened.Machine,
            Address = client,
            Reason = reason,
            Text = opened.Content is { Source: "menu", Bytes: { } text } ? Encoding.UTF8.GetString(text.Span) : null,
            Trace = opened.Trace,
        };

    /// <summary>The name asked for as the journal has it.</summary>
    public static string Shown(FileRequest request) => PrintableText.Escape(request.Name);
}
