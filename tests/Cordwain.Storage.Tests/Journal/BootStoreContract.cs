using Cordwain.Boot.Decisions;
using Cordwain.Boot.Dhcp;
using Cordwain.Boot.Journal;
using Cordwain.Boot.Machines;
using Cordwain.Management.Stores;
using Cordwain.Protocols.Wire;

namespace Cordwain.Storage.Tests.Journal;

/// <summary>What every boot store promises. A second implementation adds a class that opens it.</summary>
public abstract class BootStoreContract
{
    public static readonly DateTimeOffset Start = new(2026, 11, 22, 10, 0, 0, 123, TimeSpan.Zero);

    /// <summary>Opens the one store of this test, with what was appended to it before.</summary>
    protected abstract IBootStore Open();

    public static MachineIdentity Machine(int number) => new(new MacAddress(0x525400000000 + (ulong)number));

    public static BootTimeline Boot(long id, int machine = 1) =>
        new(id, Machine(machine), Start.AddMinutes(id))
        {
            Address = Ipv4Address.Parse("10.0.0.9"),
            Firmware = "7 (x64 UEFI)",
            Last = Start.AddMinutes(id + 1),
            Events = 3,
            Bytes = 4711,
            Stage = "kernel",
        };

    public static BootEvent Note(string text) => new BootEvent.Note(text) { At = Start, Machine = Machine(1) };

    [Fact]
    public void A_new_store_knows_no_boots()
    {
        using var store = Open();
        Assert.Equal(0, store.LastId);
        Assert.Empty(store.List(10));
        Assert.Null(store.Find(1));
        Assert.Empty(store.Events(1));
    }

    [Fact]
    public void Boots_are_listed_newest_first_and_found_by_machine()
    {
        var uuid = Guid.Parse("564d1234-0000-1111-2222-333344445555");
        BootTimeline[] boots = [Boot(1), Boot(2, machine: 2), Boot(3) with { Machine = new(null, uuid, "CZ12345") }, Boot(4)];
        using (var store = Open())
            store.Append([], boots);
        using (var store = Open())
        {
            Assert.Equal(4, store.LastId);
            Assert.Equal([4L, 3L], store.List(2).Select(boot => boot.Id));
            Assert.Equal([4L, 1L], store.List(9, "52-54-00-00-00-01").Select(boot => boot.Id));
            Assert.Equal([3L], store.List(9, uuid.ToString()).Select(boot => boot.Id));
            Assert.Equal([3L], store.List(9, "cz12345").Select(boot => boot.Id));
            Assert.Empty(store.List(9, "nobody"));
            Assert.Equal(boots[2], store.Find(3));
        }
    }

    [Fact]
    public void A_changed_boot_replaces_its_earlier_line()
    {
        using var store = Open();
        store.Append([], [Boot(1)]);
        store.Append([], [Boot(1) with { Stage = "menu", Events = 9 }]);
        Assert.Equal([Boot(1) with { Stage = "menu", Events = 9 }], store.List(9));
    }

    public static TheoryData<string, BootEvent> Events => new()
    {
        {
            "dhcp", new BootEvent.Dhcp(
                BootChannel.ProxyDhcp, new byte[] { 1, 2, 3 }, new byte[] { 9, 8 }, "DISCOVER → OFFER", [new("loader", true, "it asks \"{{x}}\"\n<b>")])
            {
                At = Start.AddTicks(7), Machine = new(Machine(1).Mac, Guid.Parse("564d1234-0000-1111-2222-333344445555"), "S"), Address = new(0x0A000009),
                Circumstances = new("lan0", new(0x0A000001), new(0x0A000009), TimeSpan.FromHours(1), 4011, "rev1")
                {
                    Source = new(0x0A0000FE), SourcePort = 67, Network = "lab", Kind = ReplyKind.Ack,
                    RenewAfter = TimeSpan.FromMinutes(30), RebindAfter = TimeSpan.FromMinutes(52.5), Reason = "said",
                },
                IsBoot = true, Architecture = new ClientArchitecture(7), IsIpxe = true,
            }
        },
        {
            "dhcp, silent", new BootEvent.Dhcp(BootChannel.Dhcp, new byte[] { 1 }, default, "", [])
            {
                At = Start, Machine = MachineIdentity.Unknown, Circumstances = new("", default, default, Timeout.InfiniteTimeSpan, 67, ""),
            }
        },
        {
            "read", new BootEvent.Read(BootChannel.Http, "menu.ipxe", "menu", ReadOutcome.Completed, 1L << 40, TimeSpan.FromTicks(12345))
            {
                At = Start, Machine = Machine(1), Address = new(0xFFFFFFFE), Reason = "r", Text = "#!ipxe\nmenu \u00e9\0", Trace = [new("a", false, "b")],
            }
        },
        { "read, not found", new BootEvent.Read(BootChannel.Tftp, "pxelinux.cfg/C0A8", null, ReadOutcome.NotFound, 0, TimeSpan.Zero) { At = Start, Machine = Machine(1) } },
        { "note", Note("armed assignment used up") },
    };

    [Theory, MemberData(nameof(Events))]
    public void An_event_comes_back_as_it_was(string what, BootEvent item)
    {
        using (var store = Open())
            store.Append([(1, item)], [Boot(1)]);
        using (var store = Open())
        {
            var read = store.Events(1).Single();
            Assert.True(Plain(item) == Plain(read), $"{what}:\n{Plain(item)}\n{Plain(read)}");
        }
    }

    [Fact]
    public void Events_keep_their_order_and_their_boot()
    {
        using var store = Open();
        store.Append([(1, Note("a")), (2, Note("x")), (1, Note("b"))], [Boot(1), Boot(2)]);
        store.Append([(1, Note("c"))], []);
        Assert.Equal(["a", "b", "c"], store.Events(1).Cast<BootEvent.Note>().Select(note => note.Text));
        Assert.Equal(["x"], store.Events(2).Cast<BootEvent.Note>().Select(note => note.Text));
    }

    // Records compare arrays by reference: the text of all parts is compared instead.
    static string Plain(BootEvent item)
    {
        var trace = item switch { BootEvent.Dhcp dhcp => dhcp.Trace, BootEvent.Read read => read.Trace, _ => [] };
        var bytes = item is BootEvent.Dhcp both ? Convert.ToHexString(both.Request.Span) + "/" + Convert.ToHexString(both.Reply.Span) : "";
        var bare = item switch
        {
            BootEvent.Dhcp dhcp => dhcp with { Request = default, Reply = default, Words = new KnownWords(dhcp.Summary, []) },
            BootEvent.Read read => read with { Trace = [] },
            _ => item,
        };
        return $"{bare} {bare.At.UtcTicks} {bytes} {string.Join(';', trace)}";
    }
}
