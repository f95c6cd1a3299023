using System.Collections.Immutable;
using System.Text;
using Cordwain.Boot.Catalog;
using Cordwain.Boot.Decisions;
using Cordwain.Boot.Dhcp;
using Cordwain.Boot.Leases;
using Cordwain.Boot.Machines;
using Cordwain.Boot.Tests.Decisions;
using Cordwain.Protocols.Dhcp4;
using Cordwain.Protocols.Wire;
using CsCheck;

namespace Cordwain.Boot.Tests.Dhcp;

public sealed class DhcpResponderTests
{
    static readonly DhcpArrival OnLink = new("eth0", Lab.Server, 67, Ipv4Address.Any, 68) { Links = [(Lab.Server, new(Lab.Server, 24))] };

    readonly MachineDirectory _machines = new();

    [Fact]
    public void The_relays_information_and_the_client_identifier_come_back_unchanged()
    {
        byte[] circuit = [1, 4, 0xde, 0xad, 0xbe, 0xef];
        var reply = Reply(Discover(options => options.SetRaw(82, circuit).SetRaw(61, [1, 2, 3])) with { Giaddr = Ipv4Address.Parse("10.77.0.254") });
        Assert.Equal(circuit, reply.Options.Raw(82).ToArray());
        Assert.Equal([1, 2, 3], reply.Options.Raw(61).ToArray());
        Assert.Equal(Ipv4Address.Parse("10.77.0.254"), reply.Giaddr);
    }

    [Fact]
    public void A_client_gets_what_it_asks_for_and_what_concerns_booting()
    {
        var network = Lab.Network(NetworkRole.Server) with { Options = [Lab.Address(3, "10.77.0.1"), Lab.Address(42, "10.77.0.1"), Lab.Text(210, "/tftp/")] };
        var reply = Reply(Discover(options => options.SetRaw(55, [3])), Lab.Catalog(NetworkRole.Server) with { Networks = [network] });
        Assert.Equal([1, 3, 51, 53, 54, 58, 59, 66, 67, 210], reply.Options.Codes);
    }

    [Fact]
    public void A_client_that_asks_for_nothing_gets_all()
    {
        var reply = Reply(Discover(options => options.Remove(60).Remove(93)));
        Assert.Equal([1, 3, 6, 15, 28, 42, 51, 53, 54, 58, 59], reply.Options.Codes);
    }

    [Fact]
    public void The_nearer_entry_wins_network_class_reservation_machine()
    {
        var network = Lab.Network(NetworkRole.Server) with
        {
            Options = [Lab.Text(15, "network"), Lab.Text(17, "network"), Lab.Text(128, "network"), Lab.Text(129, "network")],
            Reservations = [new() { Name = "r", Mac = Lab.Mac, HostName = "reserved", Options = [Lab.Text(128, "reservation"), Lab.Text(129, "reservation")] }],
        };
        var catalog = Lab.Catalog(NetworkRole.Server, new MachineDefinition { Name = "web01", Macs = [Lab.Mac], Options = [Lab.Text(129, "machine")] }) with
        {
            Networks = [network],
            Classes =
            [
                new("pxe", new() { VendorClass = [new("PXEClient*")] }, [Lab.Text(17, "class"), Lab.Text(128, "class"), Lab.Text(129, "class")]),
                new("others", new() { VendorClass = [new("udhcp*")] }, [Lab.Text(15, "others")]),
            ],
        };
        var options = Reply(Discover(), catalog).Options;
        Assert.Equal(["network", "class", "reservation", "machine", "reserved"], new byte[] { 15, 17, 128, 129, 12 }.Select(code => Encoding.ASCII.GetString(options.Raw(code).Span)));
    }

    [Fact]
    public void Where_room_is_short_the_client_gets_what_it_asked_for_first()
    {
        var network = Lab.Network(NetworkRole.Server) with { Options = [.. new byte[] { 130, 131, 132, 133 }.Select(code => Lab.Text(code, new string('x', 150)))] };
        var reply = Reply(Discover(options => options.SetRaw(55, [133, 132])), Lab.Catalog(NetworkRole.Server) with { Networks = [network] });
        Assert.Equal([130, 131, 132, 133], reply.Options.Codes.Where(code => code is >= 130 and <= 133));
        Assert.True(DhcpMessage.TryParse(reply.Encode(DhcpMessage.MinPayload), out var sent, out _));
        Assert.Equal([133], sent.Options.Codes.Where(code => code is >= 130 and <= 133));
    }

    [Fact]
    public void What_makes_a_message_dhcp_cannot_be_configured_away()
    {
        var network = Lab.Network(NetworkRole.Server) with { Options = [new(53, null, new byte[] { 6 }), Lab.Address(54, "1.2.3.4"), Lab.Text(82, "x")] };
        var reply = Reply(Discover(), Lab.Catalog(NetworkRole.Server) with { Networks = [network] });
        Assert.Equal(DhcpMessageType.Offer, reply.Type);
        Assert.True(reply.Options.TryGet(DhcpOptions.ServerIdentifier, out var server) && server == Lab.Server);
        Assert.False(reply.Options.Has(82));
    }

    [Fact]
    public void A_nak_carries_its_reason_and_nothing_else()
    {
        var answer = Answer(Request(), Lab.Catalog(NetworkRole.Server), new FixedLeases { Instead = new LeaseVerdict.Nak("not yours", []) });
        Assert.Equal([53, 54, 56], answer.Reply!.Options.Codes);
        Assert.Equal((Ipv4Address.Any, Ipv4Address.Any, Ipv4Address.Any), (answer.Reply.Yiaddr, answer.Reply.Siaddr, answer.Reply.Ciaddr));
        Assert.Equal("REQUEST → NAK not yours", answer.Summary);
        Assert.Equal(ReplyMode.Broadcast, answer.Destination.Mode);
    }

    [Fact]
    public void An_answer_to_an_inform_has_no_address_and_no_lease()
    {
        var inform = Message(DhcpMessageType.Inform, options => options.Remove(60).Remove(93)) with { Ciaddr = Ipv4Address.Parse("10.77.0.50") };
        var reply = Reply(inform);
        Assert.Equal((Ipv4Address.Any, inform.Ciaddr), (reply.Yiaddr, reply.Ciaddr));
        Assert.DoesNotContain(reply.Options.Codes, code => code is 51 or 58 or 59);
    }

    [Fact]
    public void A_lease_without_end_has_no_renewal_times()
    {
        var network = Lab.Network(NetworkRole.Server) with { Lease = Timeout.InfiniteTimeSpan };
        var grant = new LeaseGrant(FixedLeases.Address, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan, null);
        var answer = Answer(Discover(), Lab.Catalog(NetworkRole.Server) with { Networks = [network] }, new FixedLeases { Instead = new LeaseVerdict.Offer(grant, []) });
        Assert.Equal("FFFFFFFF", Convert.ToHexString(answer.Reply!.Options.Raw(51).Span));
        Assert.False(answer.Reply.Options.Has(58));
    }

    [Fact]
    public void A_disk_goes_out_as_root_path_without_any_file_name()
    {
        var machine = new MachineDefinition { Name = "web01", Macs = [Lab.Mac], Boot = "disk" };
        var reply = Reply(Discover(options => options.SetRaw(77, "iPXE"u8)), Lab.Catalog(NetworkRole.Server, machine));
        Assert.True(reply.Options.TryGet(DhcpOptions.RootPath, out var root) && root == "iscsi:10.77.0.1:::1:iqn.2024-01.lab:disk");
        Assert.True(reply.Options.TryGet(DhcpOptions.IpxeInitiatorName, out var name) && name == "iqn.2024-01.lab:client");
        Assert.Equal("", reply.File);
        Assert.False(reply.Options.Has(67));
    }

    [Theory]
    [InlineData(AnswerStyle.Plain, "", "undionly.kpxe")]
    [InlineData(AnswerStyle.SkipDiscovery, "060108FF", "undionly.kpxe")]
    [InlineData(AnswerStyle.BootServer, "", "undionly.kpxe")]
    [InlineData(AnswerStyle.PxeMenu, "0601030807800001" + "0A4D0001" + "090B8000" + "08436F72647761696E" + "0A0900436F72647761696EFF", "")]
    public void Every_style_exists_on_the_wire(AnswerStyle style, string vendorOptions, string file)
    {
        var catalog = Lab.Catalog(NetworkRole.Server) with { Networks = [Lab.Network(NetworkRole.Server) with { Style = style }] };
        var reply = Reply(Discover(), catalog);
        Assert.Equal(style == AnswerStyle.Plain ? "" : "PXEClient", reply.Options.TryGet(DhcpOptions.VendorClassIdentifier, out var name) ? name : "");
        Assert.Equal(vendorOptions, Convert.ToHexString(reply.Options.Raw(43).Span));
        Assert.Equal(file, reply.File);
    }

    [Fact]
    public void The_operators_own_sub_option_stands_beside_ours_and_wins()
    {
        var network = Lab.Network(NetworkRole.Proxy) with { Options = [new(43, 6, new byte[] { 11 }), new(43, 200, new byte[] { 1 })] };
        var reply = Reply(Discover(), Lab.Catalog(NetworkRole.Proxy) with { Networks = [network] });
        Assert.Equal("06010BC80101FF", Convert.ToHexString(reply.Options.Raw(43).Span));
    }

    [Fact]
    public void Another_next_server_is_named_everywhere_it_is_looked_for()
    {
        var catalog = Lab.Catalog(NetworkRole.Server) with { Networks = [Lab.Network(NetworkRole.Server) with { NextServer = Ipv4Address.Parse("10.77.0.9") }] };
        var reply = Reply(Discover(), catalog);
        Assert.Equal(("10.77.0.9", "10.77.0.9"), (reply.Siaddr.ToString(), reply.Sname));
        Assert.True(reply.Options.TryGet(DhcpOptions.TftpServerName, out var name) && name == "10.77.0.9");
        Assert.True(reply.Options.TryGet(DhcpOptions.ServerIdentifier, out var ours) && ours == Lab.Server);
    }

    [Fact]
    public void A_proxy_gives_no_address_no_network_options_and_no_lease()
    {
        var reply = Reply(Discover(), Lab.Catalog(NetworkRole.Proxy));
        Assert.True(reply.Yiaddr.IsAny);
        Assert.Equal([43, 53, 54, 60, 66, 67], reply.Options.Codes);
    }

    [Fact]
    public void A_rule_gives_plain_clients_a_file_where_we_serve_and_never_as_a_proxy()
    {
        var udhcpc = Discover(options => options.SetRaw(60, "udhcp"u8).Remove(93).SetRaw(55, [3]));
        var rules = ImmutableArray.Create(new BootRule("rules[0]", BootCondition.Always, new() { File = "phone.cfg", NextServer = Ipv4Address.Parse("10.77.0.9") }));
        var reply = Reply(udhcpc, Lab.Catalog(NetworkRole.Server) with { Rules = rules });
        Assert.Equal(("phone.cfg", "10.77.0.9"), (reply.File, reply.Siaddr.ToString()));
        Assert.False(reply.Options.Has(67));

        Assert.Null(Answer(udhcpc, Lab.Catalog(NetworkRole.Proxy) with { Rules = rules }).Reply);
    }

    [Theory]
    [InlineData(NetworkRole.Off)]
    [InlineData(NetworkRole.Proxy)]
    public void Nobody_is_answered_where_nothing_is_to_be_said(NetworkRole role)
    {
        var answer = Answer(Message(DhcpMessageType.Release), Lab.Catalog(role));
        Assert.Null(answer.Reply);
        Assert.StartsWith("RELEASE → no answer: ", answer.Summary, StringComparison.Ordinal);
    }

    [Fact]
    public void An_unknown_network_says_what_to_configure()
    {
        var answer = Answer(Discover() with { Giaddr = Ipv4Address.Parse("172.16.0.1") }, Lab.Catalog(NetworkRole.Server));
        Assert.Null(answer.Reply);
        Assert.Contains("add its subnet under 'networks'", answer.Trace[0].Because, StringComparison.Ordinal);
    }

    [Fact]
    public void A_reply_of_another_server_is_not_answered() => Assert.Null(Answer(Discover() with { Op = DhcpMessage.BootReply }, Lab.Catalog(NetworkRole.Server)).Reply);

    [Fact]
    public void A_reservation_can_say_to_ignore_its_client()
    {
        var network = Lab.Network(NetworkRole.Proxy) with { Reservations = [new() { Name = "printer", Mac = Lab.Mac, Ignore = true }] };
        Assert.Null(Answer(Discover(), Lab.Catalog(NetworkRole.Proxy) with { Networks = [network] }).Reply);
    }

    [Theory]
    [InlineData(3, false)]
    [InlineData(4, true)]
    public void A_delayed_network_waits_for_secs(ushort secs, bool answered)
    {
        var catalog = Lab.Catalog(NetworkRole.Proxy) with { Networks = [Lab.Network(NetworkRole.Proxy) with { Delay = TimeSpan.FromSeconds(4) }] };
        Assert.Equal(answered, Answer(Discover() with { Secs = secs }, catalog).Reply is not null);
    }

    [Fact]
    public void A_release_is_stored_and_not_answered()
    {
        var change = new LeaseChange(FixedLeases.Address, null);
        var answer = Answer(Message(DhcpMessageType.Release), Lab.Catalog(NetworkRole.Server), new FixedLeases { Instead = new LeaseVerdict.Store(change, []) });
        Assert.Null(answer.Reply);
        Assert.Equal([change], answer.Changes);
    }

    [Fact]
    public void An_ack_names_the_change_that_must_be_durable_first() =>
        Assert.Equal([new LeaseChange(FixedLeases.Address, null)], Answer(Request(), Lab.Catalog(NetworkRole.Server)).Changes);

    [Fact]
    public void The_address_of_a_machine_is_learnt_from_its_ack()
    {
        Answer(Discover(), Lab.Catalog(NetworkRole.Server));
        Assert.Null(_machines.FindByAddress(FixedLeases.Address));
        Answer(Request(), Lab.Catalog(NetworkRole.Server));
        Assert.Equal(Lab.Mac, _machines.FindByAddress(FixedLeases.Address)?.Machine.Mac);
    }

    [Fact]
    public void Firmware_with_its_makers_vendor_class_is_a_pxe_client_where_the_configuration_says_so()
    {
        var catalog = Lab.Catalog(NetworkRole.Proxy);
        var discover = Message(DhcpMessageType.Discover, options => options.Set(DhcpOptions.VendorClassIdentifier, "HW-Client:Arch:00007"));

        Assert.Null(Answer(discover, catalog).Reply);
        var reply = Reply(discover, catalog with { VendorClasses = ["HW-Client"] });

        Assert.Equal("HW-Client", Encoding.ASCII.GetString(reply.Options.Raw(60).Span));
    }

    [Fact]
    public void An_offer_that_nobody_looked_at_is_worth_a_probe()
    {
        var grant = new LeaseGrant(FixedLeases.Address, TimeSpan.FromHours(1), TimeSpan.FromMinutes(30), TimeSpan.FromMinutes(50), null);
        var catalog = Lab.Catalog(NetworkRole.Server);

        Assert.Equal([FixedLeases.Address], Answer(Discover(), catalog, new() { Instead = new LeaseVerdict.Offer(grant with { IsUnprobed = true }, []) }).WorthProbing);
        Assert.Empty(Answer(Discover(), catalog, new() { Instead = new LeaseVerdict.Offer(grant, []) }).WorthProbing);
    }

    [Fact]
    public void What_is_left_of_a_stored_lease_is_confirmed_without_a_change()
    {
        var left = new LeaseGrant(FixedLeases.Address, TimeSpan.FromMinutes(7), TimeSpan.FromMinutes(3), TimeSpan.FromMinutes(6), null);

        var answer = FromStored(new() { Left = left }, NetworkRole.Server);

        Assert.Equal((DhcpMessageType.Ack, FixedLeases.Address), (answer!.Reply!.Type, answer.Reply.Yiaddr));
        Assert.True(answer.Reply.Options.TryGet(DhcpOptions.IpAddressLeaseTime, out var lease));
        Assert.Equal(TimeSpan.FromMinutes(7), lease);
        Assert.Empty(answer.Changes);
        Assert.Null(FromStored(new(), NetworkRole.Server));
        Assert.Null(FromStored(new() { Left = left }, NetworkRole.Proxy));

        DhcpAnswer? FromStored(FixedLeases leases, NetworkRole role) =>
            new DhcpResponder(leases, _machines).AnswerFromStored(Request(), OnLink, Lab.Catalog(role), DateTimeOffset.UnixEpoch);
    }

    [Fact]
    public void A_proxy_learns_the_address_that_another_server_gave()
    {
        Answer(Request(), Lab.Catalog(NetworkRole.Proxy));
        var seen = _machines.FindByAddress(FixedLeases.Address);
        Assert.Equal((Lab.Mac, new ClientArchitecture(0), "office"), (seen?.Machine.Mac, seen?.Architecture, seen?.Network));
    }

    [Fact]
    public void An_operating_systems_dhcp_does_not_make_the_firmware_forgotten()
    {
        Answer(Request(), Lab.Catalog(NetworkRole.Proxy));
        Answer(Message(DhcpMessageType.Request, options => options.Remove(60).Remove(93).Set(DhcpOptions.RequestedIpAddress, Ipv4Address.Parse("10.77.0.131"))), Lab.Catalog(NetworkRole.Proxy));
        Assert.Equal(new ClientArchitecture(0), _machines.FindByAddress(Ipv4Address.Parse("10.77.0.131"))?.Architecture);
        Assert.Null(_machines.FindByAddress(FixedLeases.Address));
    }

    [Fact]
    public void A_supposition_leaves_no_trace_and_gives_the_reserved_address()
    {
        var machine = new MachineDefinition { Name = "web01", Macs = [Lab.Mac], Address = Ipv4Address.Parse("10.77.0.7") };
        Assert.Equal(machine.Address, DhcpExplanation.Suppose(Discover(), OnLink, Lab.Catalog(NetworkRole.Server, machine)).Reply?.Yiaddr);
        Assert.Equal(FixedLeases.Address, DhcpExplanation.Suppose(Discover(), OnLink, Lab.Catalog(NetworkRole.Server)).Reply?.Yiaddr);
    }

    /// <summary>Whatever the options hold: an answer or silence, never an exception, and the explanation of it is the same.</summary>
    [Fact]
    public void Hostile_options_are_answered_or_not_but_never_thrown_at() =>
        Gen.Select(Gen.Select(Gen.Byte[1, 254], Gen.Byte.Array[0, 40]).Array[0, 12], Gen.Int[0, 8], Gen.Bool, Gen.Bool).Sample((hostile, type, bootServer, server) =>
        {
            var options = new DhcpOptionSet.Builder();
            foreach (var (code, payload) in hostile)
                options.SetRaw(code, payload);
            options.Set(DhcpOptions.MessageType, (byte)type);
            var message = Discover() with { Options = options.Build() };
            var catalog = Lab.Catalog(server ? NetworkRole.Server : NetworkRole.Proxy);
            var datagram = message.Encode();
            Assert.True(DhcpMessage.TryParse(datagram, out var parsed, out _));

            var answer = new DhcpResponder(new FixedLeases(), new MachineDirectory()).Answer(parsed, OnLink with { Port = bootServer ? 4011 : 67 }, catalog, DateTimeOffset.UnixEpoch);

            Assert.True(DhcpExplanation.TryAgain(datagram, answer.Circumstances, catalog, out var again, out _));
            Assert.Equal(answer.Reply?.Encode(answer.MaxPayload), again.Reply?.Encode(again.MaxPayload));
            Assert.DoesNotContain(answer.Summary, char.IsControl);
            Assert.All(answer.Trace, step => Assert.DoesNotContain(step.Because, char.IsControl));
        });

    DhcpMessage Reply(DhcpMessage message, BootCatalog? catalog = null)
    {
        var reply = Answer(message, catalog ?? Lab.Catalog(NetworkRole.Server)).Reply;
        Assert.NotNull(reply);
        return reply;
    }

    DhcpAnswer Answer(DhcpMessage message, BootCatalog catalog, FixedLeases? leases = null) =>
        new DhcpResponder(leases ?? new(), _machines).Answer(message, OnLink, catalog, DateTimeOffset.UnixEpoch);

    static DhcpMessage Discover(Action<DhcpOptionSet.Builder>? change = null) => Message(DhcpMessageType.Discover, change);

    static DhcpMessage Request() => Message(DhcpMessageType.Request, options => options.Set(DhcpOptions.RequestedIpAddress, FixedLeases.Address));

    static DhcpMessage Message(DhcpMessageType type, Action<DhcpOptionSet.Builder>? change = null)
    {
        var options = new DhcpOptionSet.Builder()
            .Set(DhcpOptions.MessageType, (byte)type)
            .SetRaw(60, "PXEClient:Arch:00000:UNDI:002001"u8)
            .SetRaw(93, [0, 0]);
        change?.Invoke(options);
        return new() { Op = DhcpMessage.BootRequest, Xid = 0x0badcafe, Chaddr = Lab.Mac.ToArray(), Options = options.Build() };
    }
}
