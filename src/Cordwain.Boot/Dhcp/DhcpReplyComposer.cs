using Cordwain.Boot.Decisions;
using Cordwain.Protocols.Dhcp4;
using Cordwain.Protocols.Wire;

namespace Cordwain.Boot.Dhcp;

/// <summary>Makes the reply out of a decision: the only place where decisions become options.</summary>
public static class DhcpReplyComposer
{
    /// <returns>Null when there is nothing to say: no kind of answer, or a proxy without boot information.</returns>
    public static DhcpMessage? Compose(in ReplyTerms terms) => Compose(terms, new());

    /// <param name="options">Room to work in; what it holds is thrown away.</param>
    public static DhcpMessage? Compose(in ReplyTerms terms, DhcpOptionSet.Builder options)
    {
        ArgumentNullException.ThrowIfNull(options);
        if (terms.Kind == ReplyKind.None || (terms.IsProxy && terms.Decision is not BootDecision.LoadFile))
            return null;

        AddEnvelope(options.Clear(), terms);
        if (terms.Kind == ReplyKind.Nak)
        {
            // RFC 2131 §4.3.1, table 3: a NAK carries its reason and nothing of the lease.
            if (terms.Reason is { Length: > 0 } reason)
                options.Set(DhcpOptions.Message, reason);
            return Message(terms, options, default);
        }

        AddLease(options, terms);
        ConfiguredOptions.AddTo(options, terms);
        return Message(terms, options, BootPart.AddTo(options, terms));
    }

    /// <summary>What every reply carries: its type, who we are, and what the client and the relay want to see again.</summary>
    static void AddEnvelope(DhcpOptionSet.Builder options, in ReplyTerms terms)
    {
        var request = terms.Request.Options;
        if (terms.Request.Type != DhcpMessageType.None)
            options.Set(DhcpOptions.MessageType, (byte)TypeOf(terms.Kind)).Set(DhcpOptions.ServerIdentifier, terms.Boot.Server);

        // RFC 6842: the client identifier comes back in every reply. RFC 3011: so does the subnet selection. RFC 3046 §2.2: so does what
        // the relay added, unchanged; the encoder puts it last.
        foreach (var echoed in (ReadOnlySpan<byte>)[DhcpOptions.ClientIdentifier.Code, DhcpOptions.SubnetSelection.Code, DhcpOptions.RelayAgentInformation.Code])
        {
            if (request.Has(echoed))
                options.SetRaw(echoed, request.Raw(echoed).Span);
        }
    }

    /// <summary>RFC 2131 §4.3.1: the lease time in OFFER and ACK, never in the answer to an INFORM; a BOOTP client has no lease at all.</summary>
    static void AddLease(DhcpOptionSet.Builder options, in ReplyTerms terms)
    {
        if (terms is not { Grant: { } grant, Kind: ReplyKind.Offer or ReplyKind.Ack } || terms.Request.Type == DhcpMessageType.None)
            return;

        options.Set(DhcpOptions.IpAddressLeaseTime, grant.Lease);
        if (grant.Lease != Timeout.InfiniteTimeSpan)
            options.Set(DhcpOptions.RenewalTime, grant.RenewAfter).Set(DhcpOptions.RebindingTime, grant.RebindAfter);
    }

    static DhcpMessage Message(in ReplyTerms terms, DhcpOptionSet.Builder options, BootFields boot)
    {
        var request = terms.Request;
        return new()
        {
            Op = DhcpMessage.BootReply,
            Htype = request.Htype,
            Hlen = request.Hlen,
            Xid = request.Xid,
            Flags = ReplyRouting.Flags(request, TypeOf(terms.Kind)),
            Ciaddr = terms.Kind is ReplyKind.Ack or ReplyKind.Inform or ReplyKind.ProxyAck ? request.Ciaddr : Ipv4Address.Any,
            Yiaddr = Yiaddr(terms),
            Giaddr = request.Giaddr,
            Chaddr = request.Chaddr,
            Siaddr = boot.NextServer,
            Sname = boot.ServerName ?? "",
            File = boot.File ?? "",
            Options = options.Build(),
            Wanted = request.Options.Raw(DhcpOptions.ParameterRequestList.Code),
        };
    }

    /// <summary>
    /// The address given. Quirk CWQ-06 (BIOS ROMs with a PXE menu, as dnsmasq answers them): an ACK to a chosen menu item
    /// repeats the client's address in yiaddr; a UEFI client would take such an ACK for one of a DHCP server, so nobody else gets it.
    /// </summary>
    static Ipv4Address Yiaddr(in ReplyTerms terms) => terms.Kind switch
    {
        ReplyKind.Offer or ReplyKind.Ack => terms.Grant?.Address ?? Ipv4Address.Any,
        ReplyKind.ProxyAck when terms.Boot.PxeBootItem is not null => terms.Request.Ciaddr,
        _ => Ipv4Address.Any,
    };

    static DhcpMessageType TypeOf(ReplyKind kind) => kind switch
    {
        ReplyKind.Offer or ReplyKind.ProxyOffer => DhcpMessageType.Offer,
        ReplyKind.Nak => DhcpMessageType.Nak,
        _ => DhcpMessageType.Ack,
    };
}
