using System.Text;
using Cordwain.Boot.Decisions;
using Cordwain.Boot.Journal;
using Cordwain.Content;
using Cordwain.Protocols.Wire;
using Microsoft.AspNetCore.Connections.Features;
using Microsoft.AspNetCore.Http;

namespace Cordwain.Server.HttpBoot;

/// <summary>Writes reads into the journal. The ranges that one connection asks of one file make one entry: a disk booted over HTTP is read in thousands.</summary>
sealed class HttpReads(IBootJournal journal, TimeProvider time)
{
    static readonly object RunKey = new();

    /// <summary>A read has ended.</summary>
    /// <param name="isRange">It is one of a series.</param>
    public void Record(HttpContext http, BootEvent.Read read, bool isRange)
    {
        var items = http.Features.Get<IConnectionItemsFeature>()?.Items;
        var run = items?.TryGetValue(RunKey, out var known) == true ? (Run?)known : null;
        if (items is null || (!isRange && run is null))
        {
            journal.Record(read);
            return;
        }

        if (run is null)
        {
            items[RunKey] = run = new(journal);
            http.Features.Get<IConnectionLifetimeFeature>()?.ConnectionClosed.Register(run.End);
        }

        run.Add(read, isRange);
    }

    /// <summary>The event, without what is not known before the end.</summary>
    public BootEvent.Read Read(FileRequest request, OpenedFile opened, ReadOutcome outcome, long bytes, TimeSpan duration, string? reason) =>
        new(BootChannel.Http, PrintableText.Escape(request.Name), opened.Content?.Source, outcome, bytes, duration)
        {
            At = time.GetUtcNow() - duration,
            Machine = opened.Machine,
            Address = request.Client,
            Reason = reason,
            Text = opened.Content is { Source: "menu", Bytes: { } text } ? Encoding.UTF8.GetString(text.Span) : null,
            Trace = opened.Trace,
        };

    /// <summary>Ranges of one file on one connection. Requests of a connection come one after the other; its end may come beside the last.</summary>
    sealed class Run(IBootJournal journal)
    {
        readonly Lock _gate = new();
        BootEvent.Read? _sum;
        bool _hasEnded;

        public void Add(BootEvent.Read read, bool isRange)
        {
            lock (_gate)
            {
                if (isRange && !_hasEnded && read.Outcome == ReadOutcome.Completed)
                {
                    if (_sum is { } sum && sum.Name == read.Name)
                    {
                        _sum = sum with { Bytes = sum.Bytes + read.Bytes, Duration = read.At + read.Duration - sum.At };
                        return;
                    }

                    Flush_NeedsLock();
                    _sum = read;
                    return;
                }

                Flush_NeedsLock();
                journal.Record(read);
            }
        }

        public void End()
        {
            lock (_gate)
            {
                _hasEnded = true;
                Flush_NeedsLock();
            }
        }

        void Flush_NeedsLock()
        {
            if (_sum is { } sum)
                journal.Record(sum);
            _sum = null;
        }
    }
}
