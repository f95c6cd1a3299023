using Cordwain.Protocols.Dhcp4;
using Cordwain.Protocols.Pxe;
using Cordwain.Protocols.Wire;

namespace Cordwain.Protocols.Tests.Pxe;

/// <summary>A PXE client's way to a file name, against servers, proxies and silence.</summary>
public sealed class PxeExchangeTests
{
    const uint Xid = 77;

    static readonly PxeClient Machine = new(MacAddress.Parse("02:00:00:00:00:01"), new("00000000-0000-0000-0000-000000000001"), 7, PxeClientKind.Firmware);
    static readonly PxeExchangeTerms Terms = new(default, false, default, Ipv4Address.Parse("10.0.0.9"), 2);
    static readonly Ipv4Address Given = Ipv4Address.Parse("10.0.0.50"), Server = Ipv4Address.Parse("10.0.0.1"), Proxy = Ipv4Address.Parse("10.0.0.2");

    [Fact]
    public void What_it_sends_is_a_pxe_client()
    {
        var discover = new PxeExchange(Machine, Xid, Terms).Outgoing;
        Assert.True(DhcpMessage.TryParse(discover.Encode(), out var read, out _));
        Assert.Equal((DhcpMessageType.Discover, Machine.Mac, "PXEClient:Arch:00007:UNDI:003016", (Guid?)Machine.Uuid), (read.Type, read.Mac, read.VendorClass, read.Uuid));
        Assert.True(read.IsBroadcast);
        Assert.False(read.IsIpxe);
        Assert.True(new PxeExchange(Machine with { Kind = PxeClientKind.Ipxe }, Xid, Terms).Outgoing.IsIpxe);
        Assert.True(new PxeExchange(Machine with { Kind = PxeClientKind.HttpFirmware, Architecture = 16 }, Xid, Terms).Outgoing.IsHttpClient);
    }

    [Fact]
    public void Behind_a_relay_the_answer_goes_to_the_relay()
    {
        var discover = new PxeExchange(Machine, Xid, Terms with { Giaddr = Server }).Outgoing;
        Assert.Equal((Server, (byte)1, false), (discover.Giaddr, discover.Hops, discover.IsBroadcast));
    }

    [Fact]
    public void An_offer_with_a_file_is_taken_at_once()
    {
        var exchange = new PxeExchange(Machine, Xid, Terms);
        Assert.Equal(PxeExchangeStep.Send, exchange.OnReply(Reply(DhcpMessageType.Offer, "ipxe.efi")));
        Assert.Equal(DhcpMessageType.Request, exchange.Outgoing.Type);
        Assert.True(exchange.Outgoing.Options.TryGet(DhcpOptions.RequestedIpAddress, out var wanted) && wanted == Given);
        Assert.True(exchange.Outgoing.Options.TryGet(DhcpOptions.ServerIdentifier, out var server) && server == Server);
        Assert.Null(exchange.Lease);
        Assert.Equal(PxeExchangeStep.Done, exchange.OnReply(Reply(DhcpMessageType.Ack, "ipxe.efi")));
        Assert.Equal(new(Given, Server, Server, "ipxe.efi"), exchange.Answer);
        Assert.Equal((Given, Server), exchange.Lease);
    }

    [Fact]
    public void A_router_gives_the_address_and_the_proxy_the_file()
    {
        var exchange = new PxeExchange(Machine, Xid, Terms);
        Assert.Equal(PxeExchangeStep.Wait, exchange.OnReply(Reply(DhcpMessageType.Offer, "")));
        Assert.Equal(PxeExchangeStep.Send, exchange.OnReply(ProxyOffer("ipxe.efi")));
        Assert.Equal(PxeExchangeStep.Done, exchange.OnReply(Reply(DhcpMessageType.Ack, "")));
        Assert.Equal(new(Given, Server, Proxy, "ipxe.efi"), exchange.Answer);
    }

    [Fact]
    public void A_proxy_without_a_file_is_asked_on_port_4011()
    {
        var exchange = new PxeExchange(Machine, Xid, Terms);
        exchange.OnReply(ProxyOffer("", PxeVendorOptions.SingleItem(Proxy, 0x8001, "Boot")));
        exchange.OnReply(Reply(DhcpMessageType.Offer, ""));
        Assert.Null(exchange.BootServer);
        Assert.Equal(PxeExchangeStep.Send, exchange.OnReply(Reply(DhcpMessageType.Ack, "")));
        Assert.Equal(Proxy, exchange.BootServer);
        Assert.Equal(Given, exchange.Outgoing.Ciaddr);
        Assert.Equal([0x80, 0x01, 0, 0], exchange.Outgoing.PxeBootItem!.Value.ToArray());
        Assert.Equal(PxeExchangeStep.Done, exchange.OnReply(ProxyOffer("ipxe.efi") with { Options = Options(DhcpMessageType.Ack, Proxy, "ipxe.efi") }));
        Assert.Equal("ipxe.efi", exchange.Answer!.BootFile);
    }

    [Fact]
    public void The_proxy_alone_can_be_asked()
    {
        var exchange = new PxeExchange(Machine, Xid, Terms with { ProxyOnly = true });
        Assert.Equal(PxeExchangeStep.Wait, exchange.OnReply(Reply(DhcpMessageType.Offer, "other.efi")));
        Assert.Equal(PxeExchangeStep.Send, exchange.OnReply(ProxyOffer("")));
        Assert.Equal((Proxy, Terms.Own), (exchange.BootServer, exchange.Outgoing.Ciaddr));
    }

    [Fact]
    public void Without_a_proxy_the_address_alone_is_taken_after_a_silence()
    {
        var exchange = new PxeExchange(Machine, Xid, Terms);
        exchange.OnReply(Reply(DhcpMessageType.Offer, ""));
        Assert.Equal(PxeExchangeStep.Send, exchange.OnSilence());
        Assert.Equal(DhcpMessageType.Request, exchange.Outgoing.Type);
        Assert.Equal(PxeExchangeStep.Fail, exchange.OnReply(Reply(DhcpMessageType.Ack, "")));
        Assert.Equal((PxeFailure.NoBootFile, (Given, Server)), (exchange.Failure, exchange.Lease));
        Assert.Equal(0, exchange.Resends);
    }

    [Fact]
    public void Http_boot_takes_only_what_says_that_it_is_for_it()
    {
        var exchange = new PxeExchange(Machine with { Kind = PxeClientKind.HttpFirmware, Architecture = 16 }, Xid, Terms);
        Assert.Equal(PxeExchangeStep.Wait, exchange.OnReply(Reply(DhcpMessageType.Offer, "ipxe.efi")));
        exchange = new PxeExchange(Machine with { Kind = PxeClientKind.HttpFirmware, Architecture = 16 }, Xid, Terms);
        var offer = Reply(DhcpMessageType.Offer, "http://10.0.0.1/ipxe.efi");
        offer = offer with { Options = offer.Options.ToBuilder().Set(DhcpOptions.VendorClassIdentifier, "HTTPClient").Build() };
        Assert.Equal(PxeExchangeStep.Send, exchange.OnReply(offer));
    }

    [Fact]
    public void Each_silence_has_its_own_name()
    {
        Assert.Equal(PxeFailure.NoOffer, Silence(new(Machine, Xid, Terms)));
        var onlyProxy = new PxeExchange(Machine, Xid, Terms);
        onlyProxy.OnReply(ProxyOffer("ipxe.efi"));
        Assert.Equal(PxeFailure.NoAddress, Silence(onlyProxy));
        var noAck = new PxeExchange(Machine, Xid, Terms);
        noAck.OnReply(Reply(DhcpMessageType.Offer, "ipxe.efi"));
        Assert.Equal(PxeFailure.NoAck, Silence(noAck));
        var noBootServer = new PxeExchange(Machine, Xid, Terms with { ProxyOnly = true });
        noBootServer.OnReply(ProxyOffer(""));
        Assert.Equal(PxeFailure.NoBootServer, Silence(noBootServer));

        static PxeFailure Silence(PxeExchange exchange)
        {
            Assert.Equal([PxeExchangeStep.Send, PxeExchangeStep.Send, PxeExchangeStep.Fail], [exchange.OnSilence(), exchange.OnSilence(), exchange.OnSilence()]);
            return exchange.Failure;
        }
    }

    [Fact]
    public void A_nak_ends_it()
    {
        var exchange = new PxeExchange(Machine, Xid, Terms);
        exchange.OnReply(Reply(DhcpMessageType.Offer, "ipxe.efi"));
        Assert.Equal(PxeExchangeStep.Fail, exchange.OnReply(Reply(DhcpMessageType.Nak, "")));
        Assert.Equal(PxeFailure.Nak, exchange.Failure);
    }

    [Fact]
    public void Answers_to_others_and_offers_of_other_servers_are_not_heard()
    {
        var exchange = new PxeExchange(Machine, Xid, Terms with { Server = Server });
        Assert.Equal(PxeExchangeStep.Wait, exchange.OnReply(Reply(DhcpMessageType.Offer, "a") with { Xid = Xid + 1 }));
        Assert.Equal(PxeExchangeStep.Wait, exchange.OnReply(Reply(DhcpMessageType.Offer, "a") with { Chaddr = new byte[6] }));
        Assert.Equal(PxeExchangeStep.Wait, exchange.OnReply(Reply(DhcpMessageType.Offer, "a") with { Op = DhcpMessage.BootRequest }));
        Assert.Equal(PxeExchangeStep.Wait, exchange.OnReply(Reply(DhcpMessageType.Offer, "a") with { Options = Options(DhcpMessageType.Offer, Proxy, "a") }));
        Assert.Equal(PxeExchangeStep.Send, exchange.OnReply(Reply(DhcpMessageType.Offer, "a")));
    }

    [Fact]
    public void An_address_is_given_back_to_its_server()
    {
        var release = Machine.Release(5, Given, Server);
        Assert.Equal((DhcpMessageType.Release, Given, 5u), (release.Type, release.Ciaddr, release.Xid));
        Assert.True(release.Options.TryGet(DhcpOptions.ServerIdentifier, out var server) && server == Server);
    }

    static DhcpMessage Reply(DhcpMessageType type, string file) => new()
    {
        Op = DhcpMessage.BootReply,
        Xid = Xid,
        Yiaddr = type == DhcpMessageType.Nak ? default : Given,
        Chaddr = Machine.Mac.ToArray(),
        File = file,
        Options = Options(type, Server, null),
    };

    static DhcpMessage ProxyOffer(string file, PxeVendorOptions? vendor = null)
    {
        var options = Options(DhcpMessageType.Offer, Proxy, file).ToBuilder().Set(DhcpOptions.VendorClassIdentifier, "PXEClient");
        if (vendor is not null)
            options.Set(DhcpOptions.VendorSpecificInformation, vendor.Encode());
        return Reply(DhcpMessageType.Offer, "") with { Yiaddr = default, Siaddr = file.Length > 0 ? Proxy : default, Options = options.Build() };
    }

    static DhcpOptionSet Options(DhcpMessageType type, Ipv4Address server, string? file)
    {
        var options = new DhcpOptionSet.Builder().Set(DhcpOptions.MessageType, (byte)type).Set(DhcpOptions.ServerIdentifier, server);
        return (file is { Length: > 0 } ? options.Set(DhcpOptions.BootfileName, file) : options).Build();
    }
}
