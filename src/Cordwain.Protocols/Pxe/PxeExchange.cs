using Cordwain.Protocols.Dhcp4;
using Cordwain.Protocols.Wire;

namespace Cordwain.Protocols.Pxe;

/// <summary>What a client does after an answer or a silence.</summary>
public enum PxeExchangeStep
{
    Wait,

    /// <summary>Send <see cref="PxeExchange.Outgoing"/>.</summary>
    Send,

    /// <summary>It has what it wants: <see cref="PxeExchange.Answer"/>.</summary>
    Done,

    /// <summary><see cref="PxeExchange.Failure"/> says why.</summary>
    Fail,
}

/// <summary>Why a client got nothing to boot.</summary>
public enum PxeFailure
{
    None,

    /// <summary>Nobody offered an address.</summary>
    NoOffer,

    /// <summary>Only proxies answered.</summary>
    NoAddress,

    /// <summary>The server that offered did not confirm.</summary>
    NoAck,

    /// <summary>The server took its offer back.</summary>
    Nak,

    /// <summary>There is an address, and no file to boot.</summary>
    NoBootFile,

    /// <summary>The boot server (port 4011) did not answer.</summary>
    NoBootServer,
}

/// <summary>How a client asks.</summary>
/// <param name="Giaddr">We stand in for a relay with this address; any: the client is on the link.</param>
/// <param name="ProxyOnly">Addresses are not wanted: measure the proxy alone.</param>
/// <param name="Server">Only this server's offers count; any: all.</param>
/// <param name="Own">For questions to a boot server: what the client calls its address when it got none.</param>
/// <param name="Patience">Silences in a row before it gives up.</param>
public sealed record PxeExchangeTerms(Ipv4Address Giaddr, bool ProxyOnly, Ipv4Address Server, Ipv4Address Own, int Patience);

/// <summary>What a client learned.</summary>
/// <param name="Address">Any when it was not wanted.</param>
/// <param name="Server">Who gave the address, or the file where no address was wanted.</param>
/// <param name="NextServer">Where the file is, when <paramref name="BootFile"/> is no URL.</param>
public sealed record PxeAnswer(Ipv4Address Address, Ipv4Address Server, Ipv4Address NextServer, string BootFile);

/// <summary>DISCOVER, OFFER, REQUEST, ACK, and where a proxy stands beside the server its port 4011: a PXE client's way to a file name.</summary>
/// <remarks>
/// A file in the address offer settles it; otherwise the client waits for a proxy until its first silence. A proxy's offer that names no
/// file sends the client to port 4011 (PXE 2.1 §2.2.3; iPXE's dhcp_has_pxeopts and EDK2 do the same).
/// </remarks>
public sealed class PxeExchange(PxeClient client, uint xid, PxeExchangeTerms terms)
{
    Phase _phase;
    DhcpMessage? _offer, _proxy, _ack;
    int _silences;

    enum Phase
    {
        Selecting,
        Requesting,
        AskingBootServer,
    }

    public uint Xid => xid;

    /// <summary>What to send.</summary>
    public DhcpMessage Outgoing { get; private set; } = client.Discover(xid, terms.Giaddr);

    /// <summary>Where to send it: a boot server's port 4011, or null for DHCP servers.</summary>
    public Ipv4Address? BootServer { get; private set; }

    public PxeAnswer? Answer { get; private set; }

    public PxeFailure Failure { get; private set; }

    public int Resends { get; private set; }

    /// <summary>The address that is ours by now, also when the exchange fails afterwards.</summary>
    public (Ipv4Address Address, Ipv4Address Server)? Lease => _ack is null ? null : (_ack.Yiaddr, ServerOf(_ack));

    public PxeExchangeStep OnReply(DhcpMessage reply)
    {
        if (reply.Op != DhcpMessage.BootReply || reply.Xid != xid || reply.Mac != client.Mac)
            return PxeExchangeStep.Wait;
        return (_phase, reply.Type) switch
        {
            (Phase.Selecting, DhcpMessageType.Offer) => OnOffer(reply),
            (Phase.Requesting, DhcpMessageType.Ack) when !reply.Yiaddr.IsAny => OnAck(reply),
            (Phase.Requesting, DhcpMessageType.Nak) => Fail(PxeFailure.Nak),
            (Phase.Requesting, DhcpMessageType.Offer) when _proxy is null && IsProxy(reply) => Keep(reply),
            (Phase.AskingBootServer, DhcpMessageType.Ack or DhcpMessageType.Offer) when BootFileOf(reply).Length > 0 => Finish(reply),
            _ => PxeExchangeStep.Wait,
        };
    }

    /// <summary>Nothing came for a while.</summary>
    public PxeExchangeStep OnSilence()
    {
        if (_phase == Phase.Selecting && _offer is not null)
            return Request(_offer);   // no proxy on this link
        if (++_silences > terms.Patience)
        {
            return Fail(_phase switch
            {
                Phase.Requesting => PxeFailure.NoAck,
                Phase.AskingBootServer => PxeFailure.NoBootServer,
                _ => _proxy is not null ? PxeFailure.NoAddress : PxeFailure.NoOffer,
            });
        }

        Resends++;
        return PxeExchangeStep.Send;
    }

    PxeExchangeStep OnOffer(DhcpMessage offer)
    {
        if (IsProxy(offer))
        {
            _proxy ??= offer;
            return terms.ProxyOnly ? Follow(_proxy) : _offer is null ? PxeExchangeStep.Wait : Request(_offer);
        }

        if (terms.ProxyOnly || offer.Yiaddr.IsAny || !terms.Server.IsAny && ServerOf(offer) != terms.Server)
            return PxeExchangeStep.Wait;
        _offer ??= offer;
        return BootFileOf(_offer).Length > 0 || _proxy is not null ? Request(_offer) : PxeExchangeStep.Wait;
    }

    PxeExchangeStep Keep(DhcpMessage proxy)
    {
        _proxy = proxy;
        return PxeExchangeStep.Wait;
    }

    PxeExchangeStep Request(DhcpMessage offer)
    {
        (_phase, _silences) = (Phase.Requesting, 0);
        Outgoing = client.Request(offer, terms.Giaddr);
        return PxeExchangeStep.Send;
    }

    PxeExchangeStep OnAck(DhcpMessage ack)
    {
        _ack = ack;
        if (BootFileOf(ack).Length > 0)
            return Finish(ack);
        if (_proxy is not null)
            return Follow(_proxy);
        return BootFileOf(_offer!).Length > 0 ? Finish(_offer!) : Fail(PxeFailure.NoBootFile);
    }

    PxeExchangeStep Follow(DhcpMessage proxy)
    {
        if (BootFileOf(proxy).Length > 0)
            return Finish(proxy);
        (_phase, _silences) = (Phase.AskingBootServer, 0);
        var (server, item) = BootItemOf(proxy);
        BootServer = server;
        Outgoing = client.AskBootServer(xid, _ack?.Yiaddr ?? terms.Own, item);
        return PxeExchangeStep.Send;
    }

    PxeExchangeStep Finish(DhcpMessage from)
    {
        var next = !from.Siaddr.IsAny ? from.Siaddr
            : from.Options.TryGet(DhcpOptions.TftpServerName, out var name) && Ipv4Address.TryParse(name, out var address) ? address
            : ServerOf(from);
        Answer = new(_ack?.Yiaddr ?? default, ServerOf(_ack ?? from), next, BootFileOf(from));
        return PxeExchangeStep.Done;
    }

    PxeExchangeStep Fail(PxeFailure failure)
    {
        Failure = failure;
        return PxeExchangeStep.Fail;
    }

    static bool IsProxy(DhcpMessage offer) => offer.Yiaddr.IsAny && (offer.IsPxeClient || offer.IsHttpClient);

    /// <summary>Option 67 before the field; HTTP Boot takes an answer that says it is one for HTTP, and no other.</summary>
    string BootFileOf(DhcpMessage answer)
    {
        if (client.Kind == PxeClientKind.HttpFirmware && !answer.IsHttpClient)
            return "";
        return answer.Options.TryGet(DhcpOptions.BootfileName, out var file) && file.Length > 0 ? file : answer.File;
    }

    static Ipv4Address ServerOf(DhcpMessage answer) => answer.Options.TryGet(DhcpOptions.ServerIdentifier, out var server) ? server : answer.Siaddr;

    /// <summary>The first entry of the menu (43.9) and the server that 43.8 lists for it; without them the proxy itself and type 0.</summary>
    static (Ipv4Address Server, ushort Item) BootItemOf(DhcpMessage proxy)
    {
        var vendor = proxy.Options.Raw(DhcpOptions.VendorSpecificInformation.Code).Span;
        ushort item = 0;
        if (SubOptions.TryFind(vendor, padding: true, PxeVendorOptions.BootMenuCode, out var menu) && menu.Length >= 2)
            item = new WireReader(menu).U16();
        if (SubOptions.TryFind(vendor, padding: true, PxeVendorOptions.BootServersCode, out var servers))
        {
            var reader = new WireReader(servers);
            while (reader.Remaining >= 3)
            {
                var type = reader.U16();
                var addresses = new WireReader(reader.Take(reader.U8() * 4));
                if (type == item && addresses.Remaining >= 4)
                    return (addresses.Ipv4(), item);
            }
        }

        return (ServerOf(proxy), item);
    }
}
