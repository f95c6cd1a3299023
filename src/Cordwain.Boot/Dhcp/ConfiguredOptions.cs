using System.Collections.Immutable;
using Cordwain.Boot.Catalog;
using Cordwain.Boot.Decisions;
using Cordwain.Protocols.Dhcp4;

namespace Cordwain.Boot.Dhcp;

/// <summary>The operator's options for one client: the network's, then those of the classes, the reservation and the machine, each over the ones before.</summary>
static class ConfiguredOptions
{
    // Options that matter to booting. Sent unasked: boot ROMs do the DHCP, and loaders that never asked read what they got (PXELINUX 208 to 211).
    static bool ConcernsBoot(byte code) => code is 17 or 43 or 60 or 66 or 67 or (>= 128 and <= 135) or 150 or 175 or 203 or (>= 208 and <= 211);

    public static void AddTo(DhcpOptionSet.Builder reply, in ReplyTerms terms)
    {
        var asked = terms.Request.Options.Raw(DhcpOptions.ParameterRequestList.Code).Span;
        if (!terms.IsProxy && terms.Network is { } network)
        {
            if (terms.Kind != ReplyKind.Inform || Wanted(DhcpOptions.SubnetMask.Code, asked))
                reply.Set(DhcpOptions.SubnetMask, network.Subnet.Mask);
            if (Wanted(DhcpOptions.BroadcastAddress.Code, asked) && network.Subnet.PrefixLength < 31)
                reply.Set(DhcpOptions.BroadcastAddress, network.Subnet.Broadcast);
        }

        // The configuration may set 53 or 82 by mistake: what makes the message one of DHCP is not the operator's to set.
        foreach (var option in For(terms))
        {
            if (Wanted(option.Code, asked, terms.IsProxy) && option.Code is not (50 or 51 or 52 or 53 or 54 or 55 or 57 or 61 or 82 or 118))
                reply.Set(option);
        }
    }

    static bool Wanted(byte code, ReadOnlySpan<byte> asked, bool proxy = false) =>
        ConcernsBoot(code) || (!proxy && (asked.IsEmpty || asked.Contains(code)));

    static ImmutableArray<DhcpOptionValue> For(in ReplyTerms terms)
    {
        var options = terms.Network?.Options ?? [];
        foreach (var matching in terms.Catalog.Classes)
        {
            if (BootConditions.Holds(matching.When, terms.Boot))
                options = OptionLayers.Over(options, matching.Options);
        }

        var reservation = terms.Network?.ReservedFor.Find(terms.Request);
        var machine = terms.Machine;
        if ((machine?.HostName ?? reservation?.HostName) is { Length: > 0 } name)
            options = OptionLayers.Over(options, [new(DhcpOptions.HostName.Code, null, System.Text.Encoding.Latin1.GetBytes(name))]);
        if (reservation is not null)
            options = OptionLayers.Over(options, reservation.Options);
        return machine is null ? options : OptionLayers.Over(options, machine.Options);
    }
}
