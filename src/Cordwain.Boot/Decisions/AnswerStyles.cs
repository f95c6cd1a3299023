using Cordwain.Boot.Machines;

namespace Cordwain.Boot.Decisions;

/// <summary>Chooses how a PXE answer is laid out: as the machine's, the rule's or the network's entry says, else as its firmware is known to want it.</summary>
static class AnswerStyles
{
    public static (AnswerStyle Style, string Because) Choose(Question question)
    {
        if (question.Machine?.Style is { } ofMachine)
            return (ofMachine, question.Say($"style {ofMachine}, as set for {question.Machine.Name}"));
        if (question.Additions.Style is { } ofRule)
            return (ofRule, question.Say($"style {ofRule}, as a rule says"));
        if (question.Network?.Style is { } ofNetwork)
            return (ofNetwork, question.Say($"style {ofNetwork}, as set for network {question.Network.Name}"));
        return BuiltIn(question.Request);
    }

    static (AnswerStyle Style, string Because) BuiltIn(BootRequest request)
    {
        if (request.IsHttpClient)
            return (AnswerStyle.Plain, "style Plain: UEFI HTTP Boot knows no other");
        if (request.PxeBootItem is not null)
            return (AnswerStyle.PxeMenu, "style PxeMenu: it has chosen from a PXE menu and wants its choice back");
        if (Rules.RaspberryPi.Is(request))
            return (AnswerStyle.SkipDiscovery, "style SkipDiscovery: a Raspberry Pi reads option 43");

        // What ISC dhcpd sends with next-server and filename alone, and every boot ROM was tried against: no option 60, so that no ROM looks for a menu
        // in option 43 or asks on port 4011 (EDK2 PxeBcDhcp4.c takes "PXEClient" without 43 for such a server, and a plain offer for what it is).
        if (request.Channel == BootChannel.Dhcp)
            return (AnswerStyle.Plain, "style Plain: the address and the file come from one server");
        if (request.IsIpxe)
            return (AnswerStyle.SkipDiscovery, "style SkipDiscovery: iPXE takes the file from the proxy's offer");

        // Quirk CWQ-02 (several UEFI firmwares, pixiecore's and dnsmasq's experience): a proxy's offer that says "skip discovery" is passed over;
        // without option 43 the firmware asks again on port 4011, which all of them do.
        return request.Architecture?.Platform == Platform.Efi
            ? (AnswerStyle.BootServer, "style BootServer: UEFI asks a proxy again on port 4011")
            : (AnswerStyle.SkipDiscovery, "style SkipDiscovery: the file is in the offer, no menu of the ROM's is wanted");
    }
}
