using System.Runtime.CompilerServices;
using System.Text;
using Cordwain.Boot.Catalog;
using Cordwain.Boot.Decisions;
using Cordwain.Boot.Dhcp;
using Cordwain.Boot.Leases;
using Cordwain.Boot.Machines;
using Cordwain.Management.Configuration;
using Cordwain.Management.Import;
using Cordwain.Protocols.Dhcp4;
using Cordwain.Protocols.Pxe;
using Cordwain.Protocols.Wire;

namespace Cordwain.Server.Tests.Import;

/// <summary>The original program on the original file, and Cordwain on what became of it, give equal answers.</summary>
[Trait("Category", "Real")]
public sealed class ImportedAnswersTests
{
    public static TheoryData<string> Dhcpd => ["document.dhcpd.conf", "ipxe.dhcpd.conf", "arch.dhcpd.conf", "hosts.dhcpd.conf", "order.dhcpd.conf"];

    public static TheoryData<string> Dnsmasq => ["simple.dnsmasq.conf", "tags.dnsmasq.conf", "hosts.dnsmasq.conf"];

    [Theory, MemberData(nameof(Dhcpd))]
    public void Answers_as_dhcpd_does(string name)
    {
        var text = Read(name);
        using var server = new ReferenceServer("ping-check false;\n" + text, isDnsmasq: false);
        Compare(server, new(name, text));
    }

    [Theory, MemberData(nameof(Dnsmasq))]
    public void Answers_as_dnsmasq_does(string name)
    {
        var text = Read(name);
        using var server = new ReferenceServer(text, isDnsmasq: true);
        Compare(server, new(name, text));
    }

    /// <summary>Beside another DHCP server, a firmware may have to ask port 4011 for the file: what counts is the file it ends with.</summary>
    [Fact]
    public void Names_the_files_that_dnsmasq_names_beside_another_server()
    {
        const string Name = "proxy.dnsmasq.conf";
        using var server = new ReferenceServer(Read(Name), isDnsmasq: true);
        server.GiveClientAnAddress();
        var ours = new ImportedServer(Name, Read(Name));
        var known = Questions.Discover(MacAddress.Parse("52:54:00:00:00:01"), 0, null, 0xFFFF);
        var files = new HashSet<string>();
        foreach (var discover in Questions.Generated().Concat(Questions.Captured()).Where(question => question.IsPxeClient))
        {
            var (theirs, mine) = (server.Ask(discover, known), ours.AnswerAnew(discover));
            var hasMenu = SubOptions.TryFind(theirs is null ? default : theirs.Options.Raw(43).Span, padding: true, 8, out var servers) && servers.Length >= 2;
            var isUefi = discover.Architectures is [7 or 9 or 11, ..];   // these are sent to port 4011 without a menu
            if (theirs is null || (AnswerComparison.FileOf(theirs).Length == 0 && !hasMenu && !isUefi))
                continue;   // nothing for such firmware in the file

            Assert.NotNull(mine);
            Assert.Equal((theirs.Type, theirs.Yiaddr), (mine.Type, mine.Yiaddr));
            if (AnswerComparison.FileOf(theirs).Length == 0)
                theirs = server.AskBootServer(Questions.BootServerRequest(discover, hasMenu ? servers[..2] : []));
            if (AnswerComparison.FileOf(mine).Length == 0)
                mine = ours.Answer(Questions.BootServerRequest(discover, []), 4011);
            Assert.NotNull(mine);
            Assert.True(AnswerComparison.Boot(theirs, mine) is null, $"{Encoding.ASCII.GetString(discover.Options.Raw(60).Span)}: {AnswerComparison.Boot(theirs, mine)}");
            files.Add(AnswerComparison.FileOf(theirs));
        }

        Assert.Superset(new HashSet<string> { "pxelinux.0", "snponly.efi", "snponly-arm64.efi", "menu.ipxe" }, files);
    }

    static void Compare(ReferenceServer server, ImportedServer ours)
    {
        var known = Questions.Discover(MacAddress.Parse("52:54:00:00:00:01"), 0, null, 0xFFFF);
        var differences = new List<(string What, string Who)>();
        var answered = 0;
        foreach (var discover in Questions.Generated().Concat(Questions.Captured()))
        {
            var (theirOffer, ourOffer) = (server.Ask(discover, known), ours.AnswerAnew(discover));
            Note("DISCOVER", theirOffer, ourOffer);
            if (theirOffer is null || ourOffer is null)
                continue;
            answered++;
            Note("REQUEST", server.Ask(Questions.RequestFor(discover, theirOffer), known), ours.Answer(Questions.RequestFor(discover, ourOffer)));

            void Note(string what, DhcpMessage? theirs, DhcpMessage? mine)
            {
                if (AnswerComparison.Difference(discover, theirs, mine, ours.Network) is { } difference)
                    differences.Add((difference, $"{what} {discover.Mac} {Encoding.ASCII.GetString(discover.Options.Raw(60).Span)} {Encoding.ASCII.GetString(discover.Options.Raw(77).Span)}"));
            }
        }

        Assert.True(differences.Count == 0, string.Join('\n', differences.GroupBy(difference => difference.What, difference => difference.Who).Select(group => $"{group.Key}: {string.Join(", ", group.Take(4))} ({group.Count()})")));
        Assert.True(answered > 10, "Hardly anything was answered.");
    }

    /// <summary>Without the lines that the report of the import names as left out: lease times of single hosts, an address that is a name.</summary>
    static string Read(string name, [CallerFilePath] string caller = "") => File.ReadAllText(Path.GetFullPath(Path.Combine(Path.GetDirectoryName(caller)!, "../../vectors/import", name)))
        .Replace("default-lease-time 60;", "", StringComparison.Ordinal).Replace(",45m", "", StringComparison.Ordinal).Replace("fixed-address named.example.org;", "", StringComparison.Ordinal);
}

/// <summary>Cordwain on an imported configuration, with leases, without sockets.</summary>
sealed class ImportedServer
{
    static readonly DateTimeOffset Now = DateTimeOffset.UnixEpoch.AddYears(56);

    readonly BootCatalog _catalog;
    DhcpResponder _responder;

    public ImportedServer(string name, string text)
    {
        var format = ImportFormats.Detect(name, text);
        Assert.NotNull(format);
        var result = ConfigurationLoader.Read(Encoding.UTF8.GetBytes(ConfigurationImport.Read([new(format.Value, name, text)]).Yaml), "cordwain.yaml", new() { FolderExists = _ => true });
        Assert.True(result.Holds, string.Join('\n', result.Problems));
        _catalog = result.Catalog!;
        _responder = Fresh();
    }

    public NetworkDefinition Network => _catalog.Networks[0];

    /// <summary>Without what came before: who has which address by now is not the configuration's matter.</summary>
    public DhcpMessage? AnswerAnew(DhcpMessage question)
    {
        _responder = Fresh();
        return Answer(question);
    }

    static DhcpResponder Fresh()
    {
        var leases = new LeaseTable();
        leases.SetOwnAddresses([ReferenceServer.Address], Now);
        return new(new Desk(leases), new MachineDirectory(1000));
    }

    public DhcpMessage? Answer(DhcpMessage question, int port = 67)
    {
        var arrival = new DhcpArrival("srv", ReferenceServer.Address, port, question.Ciaddr, 68) { Links = [(ReferenceServer.Address, new(ReferenceServer.Address, 24))] };
        return _responder.Answer(question, arrival, _catalog, Now).Reply;
    }

    sealed class Desk(LeaseTable table) : ILeaseDesk
    {
        public LeaseVerdict Answer(DhcpMessage message, DhcpArrival arrival, NetworkDefinition network, BootCatalog catalog, DateTimeOffset now) =>
            table.Answer(LeaseQuestion.From(message, arrival, BootRequest.From(message, arrival, catalog, network).Machine), network, catalog, now);

        public LeaseGrant? Remaining(DhcpMessage message, DhcpArrival arrival, NetworkDefinition network, DateTimeOffset now) =>
            table.Remaining(LeaseQuestion.From(message, arrival), network, now);
    }
}
