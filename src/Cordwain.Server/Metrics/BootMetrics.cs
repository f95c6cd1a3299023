using System.Collections.Concurrent;
using System.Globalization;
using Cordwain.Boot.Catalog;
using Cordwain.Boot.Decisions;
using Cordwain.Boot.Dhcp;
using Cordwain.Boot.Journal;
using Cordwain.Management.Configuration;
using Cordwain.Protocols.Dhcp4;
using Cordwain.Server.Dhcp;

namespace Cordwain.Server.Metrics;

/// <summary>Counts what goes into the journal, which is everything that machines asked and got.</summary>
public sealed class BootMetrics
{
    // The names of networks come from the configuration; only one that is changed all day could make them many.
    const int MostNetworks = 4096, MostWithDeparted = MostNetworks / 2;
    const string OtherNetworks = "(others)", NoNetwork = "(none)";

    static readonly NetworkFigures Nothing = new();
    static readonly ReadFigures NothingRead = new();

    readonly BootCatalogs _catalogs;
    readonly ConcurrentDictionary<string, NetworkFigures> _networks = new(StringComparer.Ordinal);
    readonly ConcurrentDictionary<int, long> _refusals = new();

    /// <param name="catalogs">Says which network an address is of.</param>
    public BootMetrics(BootCatalogs catalogs)
    {
        _catalogs = catalogs;
        catalogs.Changed += (_, next) => ForgetDeparted(next);
    }

    /// <summary>A journal that counts what it is given and passes it on.</summary>
    public IBootJournal Before(IBootJournal journal) => new Counting(this, journal);

    public IEnumerable<MetricFamily> Families() =>
    [
        new("cordwain_dhcp_messages_total", MetricKind.Counter, "DHCP messages that were worked on, by network and type.", ["network", "type"], Messages),
        new("cordwain_dhcp_answers_total", MetricKind.Counter, "Answers to DHCP messages, by network and kind; none: silence on purpose. Those that were withheld or overtaken are counted as such only.", ["network", "kind"], Answers),
        new("cordwain_reads_total", MetricKind.Counter, "Files, menus and scripts asked for by TFTP and HTTP, by the network of the machine's address and how that ended.", ["network", "protocol", "outcome"],
            () => from read in Reads() from ending in Endings select new MetricSample(read.Figures.Count(ending.Outcome), [read.Network, read.Protocol, ending.Name])),
        new("cordwain_read_bytes_total", MetricKind.Counter, "Bytes of files that went to machines.", ["network", "protocol"],
            () => from read in Reads() select new MetricSample(read.Figures.Bytes, [read.Network, read.Protocol])),
        new("cordwain_read_seconds", MetricKind.Histogram, "How long complete reads took.", ["network", "protocol"],
            () => from read in Reads() select new MetricSample(0, [read.Network, read.Protocol]) { Histogram = read.Figures.Durations.Read() }),
        new("cordwain_read_refusals_total", MetricKind.Counter, "Reads that were refused, by error code.", ["code"],
            () => _refusals.ToArray().OrderBy(refusal => refusal.Key).Select(refusal => new MetricSample(refusal.Value, [string.Create(CultureInfo.InvariantCulture, $"CW{refusal.Key}")]))),
    ];

    static readonly (BootChannel Channel, string Name)[] Protocols = [(BootChannel.Tftp, "tftp"), (BootChannel.Http, "http")];

    static readonly (ReplyKind Kind, string Name)[] Kinds =
    [
        (ReplyKind.None, "none"), (ReplyKind.Offer, "offer"), (ReplyKind.Ack, "ack"), (ReplyKind.Nak, "nak"), (ReplyKind.Inform, "inform"),
        (ReplyKind.ProxyOffer, "proxy-offer"), (ReplyKind.ProxyAck, "proxy-ack"),
    ];

    static readonly (ReadOutcome Outcome, string Name)[] Endings =
    [
        (ReadOutcome.Completed, "completed"), (ReadOutcome.NotFound, "not-found"), (ReadOutcome.EndedByClient, "ended-by-client"),
        (ReadOutcome.TimedOut, "timed-out"), (ReadOutcome.Failed, "failed"), (ReadOutcome.Probed, "probed"),
    ];

    IEnumerable<MetricSample> Messages() =>
        from network in ByName()
        from type in Enumerable.Range(0, NetworkFigures.MostTypes)
        let count = Interlocked.Read(ref network.Value.Messages[type])
        where count > 0
        select new MetricSample(count, [network.Key, type == 0 ? "other" : ((DhcpMessageType)type).ToString().ToLowerInvariant()]);

    IEnumerable<MetricSample> Answers() =>
        from network in ByName()
        where network.Value.HasDhcp
        from kind in Kinds
        select new MetricSample(Interlocked.Read(ref network.Value.Answers[(int)kind.Kind]), [network.Key, kind.Name]);

    /// <summary>Of the networks of the configuration from the start, since a sum that appears as 1 has not risen for Prometheus; of others when their machines have read something by a protocol.</summary>
    IEnumerable<(string Network, string Protocol, ReadFigures Figures)> Reads()
    {
        var counted = _networks.ToArray();
        var there = _catalogs.Current.Networks.Select(network => network.Name).Prepend(NoNetwork).ToHashSet(StringComparer.Ordinal);
        var room = Math.Max(MostNetworks - counted.Length, 0);
        return
            from network in counted.Concat(there.Except(counted.Select(network => network.Key)).Take(room).Select(name => KeyValuePair.Create(name, Nothing))).OrderBy(network => network.Key, StringComparer.Ordinal)
            from protocol in Protocols
            let figures = network.Value.ReadsIfAny(protocol.Channel) ?? (there.Contains(network.Key) ? NothingRead : null)
            where figures is not null
            select (network.Key, protocol.Name, figures);
    }

    // The dictionary's own ToArray: LINQ's, and OrderBy, throw when a network is added meanwhile.
    IEnumerable<KeyValuePair<string, NetworkFigures>> ByName() => _networks.ToArray().OrderBy(network => network.Key, StringComparer.Ordinal);

    void Count(BootEvent boot)
    {
        switch (boot)
        {
            case BootEvent.Dhcp dhcp:
                Count(dhcp.Circumstances, TypeOf(dhcp.Request.Span));
                break;
            case BootEvent.Read read:
                Count(read);
                break;
        }
    }

    void Count(DhcpCircumstances circumstances, int type, bool isHeldBack = false)
    {
        var network = Of(circumstances.Network);
        if (!isHeldBack)
            Interlocked.Increment(ref network.Answers[(int)circumstances.Kind & 7]);
        Interlocked.Increment(ref network.Messages[type < NetworkFigures.MostTypes ? type : 0]);
    }

    void Count(BootEvent.Read read)
    {
        Of(_catalogs.Current.NetworkOf(read.Address)?.Name).Reads(read.Channel).Add(read);
        if (read.Reason is { Length: >= 6 } reason && reason.StartsWith("CW", StringComparison.Ordinal)
            && int.TryParse(reason.AsSpan(2, 4), NumberStyles.None, CultureInfo.InvariantCulture, out var code))
            _refusals.AddOrUpdate(code, 1, (_, count) => count + 1);
    }

    NetworkFigures Of(string? name)
    {
        name ??= NoNetwork;
        return _networks.TryGetValue(name, out var network) ? network : _networks.GetOrAdd(_networks.Count < MostNetworks ? name : OtherNetworks, _ => new());
    }

    /// <summary>The figures of networks that left the configuration stay, as long as these are not many.</summary>
    void ForgetDeparted(BootCatalog catalog)
    {
        if (_networks.Count < MostWithDeparted)
            return;
        var there = catalog.Networks.Select(network => network.Name).Append(NoNetwork).Append(OtherNetworks).ToHashSet(StringComparer.Ordinal);
        foreach (var name in _networks.Keys.Where(name => !there.Contains(name)))
            _networks.TryRemove(name, out _);
    }

    /// <summary>Option 53 of a datagram that was parsed before; 0 for types that this server does not know.</summary>
    static int TypeOf(ReadOnlySpan<byte> datagram)
    {
        for (var at = DhcpMessage.HeaderLength; at + 2 < datagram.Length && datagram[at] != 255; at += datagram[at] == 0 ? 1 : 2 + datagram[at + 1])
        {
            if (datagram[at] == DhcpOptions.MessageType.Code)
                return datagram[at + 2] < NetworkFigures.MostTypes ? datagram[at + 2] : 0;
        }

        return 0;
    }

    sealed class Counting(BootMetrics metrics, IBootJournal journal) : IBootJournal
    {
        public void Record(BootEvent boot)
        {
            metrics.Count(boot);
            journal.Record(boot);
        }

        /// <summary>An answer of the DHCP engine is counted as it is: nobody makes an event of it before its time.</summary>
        public void Record(IPendingEvent pending)
        {
            if (pending is not Answered answered)
            {
                Record(pending.ToEvent());
                return;
            }

            metrics.Count(answered.Answer.Circumstances, (int)answered.Work.Message.Type, answered.IsHeldBack);
            journal.Record(pending);
        }
    }
}
