using Cordwain.Boot.Catalog;
using Cordwain.Protocols.Dhcp4;
using Cordwain.Protocols.Pxe;
using Cordwain.Protocols.Wire;

namespace Cordwain.Server.Tests.Import;

/// <summary>Whether two answers say the same, as far as the original configuration has a say in it.</summary>
/// <remarks>
/// What Cordwain adds of its own may be there: PXE's options 60, 43, 97, the boot file in options 66 and 67 as well as in the header, iPXE's 175, T1 and T2,
/// the client identifier (RFC 6842). What the original says must be there too, byte for byte.
/// </remarks>
static class AnswerComparison
{
    // Types and times of the protocol are compared apart, or are each server's own business.
    static readonly byte[] Apart = [43, 51, 52, 53, 54, 58, 59, 60, 61, 66, 67, 97, 175, 255];

    // A lease that is asked for again has run meanwhile.
    static readonly TimeSpan Meanwhile = TimeSpan.FromSeconds(20);

    public static string? Difference(DhcpMessage question, DhcpMessage? theirs, DhcpMessage? ours, NetworkDefinition network)
    {
        if (theirs is null || ours is null)
            return theirs is null == ours is null ? null : theirs is null ? "only Cordwain answers" : "Cordwain is silent";
        if (theirs.Type != ours.Type)
            return $"type {theirs.Type}, ours {ours.Type}";
        return Address(theirs.Yiaddr, ours.Yiaddr, network) ?? Boot(theirs, ours) ?? Options(question, theirs, ours, network);
    }

    static string? Address(Ipv4Address theirs, Ipv4Address ours, NetworkDefinition network)
    {
        var (inPool, oursInPool) = (network.Pools.Any(pool => pool.Contains(theirs)), network.Pools.Any(pool => pool.Contains(ours)));
        return theirs == ours || (inPool && oursInPool) ? null : $"address {theirs}, ours {ours}";
    }

    public static string? Boot(DhcpMessage theirs, DhcpMessage ours)
    {
        if (!theirs.Siaddr.IsAny && theirs.Siaddr != ours.Siaddr)
            return $"siaddr {theirs.Siaddr}, ours {ours.Siaddr}";
        if (FileOf(theirs) is { Length: > 0 } file && file != FileOf(ours))
            return $"file {file}, ours {FileOf(ours)}";
        if (FileOf(theirs).Length > 0 && ServerOf(theirs) is { Length: > 0 } server && server != ServerOf(ours))
            return $"server name {server}, ours {ServerOf(ours)}";
        return null;
    }

    static string? Options(DhcpMessage question, DhcpMessage theirs, DhcpMessage ours, NetworkDefinition network)
    {
        if (theirs.Options.TryGet(DhcpOptions.IpAddressLeaseTime, out var lease) && (!ours.Options.TryGet(DhcpOptions.IpAddressLeaseTime, out var given) || (lease - given).Duration() > Meanwhile))
            return $"lease {lease}";
        var asked = question.Options.Raw(55).Span;
        foreach (var code in theirs.Options.Codes.Concat(ours.Options.Codes).Distinct().Where(code => !Apart.Contains(code)))
        {
            // The broadcast address follows from the subnet. dnsmasq hands a name back that the client said. Boot options of ours go out unasked.
            if ((code == 28 && IsBroadcast(theirs, network) && IsBroadcast(ours, network)) || (code == 12 && !ours.Options.Has(12) && question.Options.Raw(12).Span.SequenceEqual(theirs.Options.Raw(12).Span))
                || (!theirs.Options.Has(code) && !asked.IsEmpty && !asked.Contains(code) && code is 17 or 203 or (>= 208 and <= 211)))
                continue;
            if (!Payload(theirs, code).Equals(Payload(ours, code), StringComparison.Ordinal))
                return $"option {code}: {Convert.ToHexString(theirs.Options.Raw(code).Span)}, ours {Convert.ToHexString(ours.Options.Raw(code).Span)}";
        }

        foreach (var (sub, payload) in new SubOptions(theirs.Options.Raw(175).Span, padding: true))
        {
            if (!SubOptions.TryFind(ours.Options.Raw(175).Span, padding: true, sub, out var own) || !own.SequenceEqual(payload))
                return $"option 175.{sub}";
        }

        return null;
    }

    static bool IsBroadcast(DhcpMessage message, NetworkDefinition network) => !message.Options.TryGet(DhcpOptions.BroadcastAddress, out var address) || address == network.Subnet.Broadcast;

    /// <summary>As text: names may be written in several ways (RFC 1035 §4.1.4).</summary>
    static string Payload(DhcpMessage message, byte code) => message.Options.Has(code) ? DhcpOptionTable.Format(code, message.Options.Raw(code).Span) : "none";

    public static string FileOf(DhcpMessage message) =>
        message.Options.Raw(67).Span is { IsEmpty: false } named ? System.Text.Encoding.Latin1.GetString(named).TrimEnd('\0') : message.File;

    static string ServerOf(DhcpMessage message) => message.Options.Raw(66).Span is { IsEmpty: false } named ? System.Text.Encoding.Latin1.GetString(named).TrimEnd('\0') : message.Sname;
}
