using System.Globalization;
using System.Text;
using Cordwain.Protocols.Dhcp4;
using Cordwain.Protocols.Wire;

namespace Cordwain.Protocols.Pxe;

/// <summary>Which program of a machine speaks DHCP.</summary>
public enum PxeClientKind
{
    /// <summary>A PXE ROM or the UEFI network stack: wants a boot program by TFTP.</summary>
    Firmware,

    /// <summary>UEFI HTTP Boot: wants a URL.</summary>
    HttpFirmware,

    /// <summary>iPXE: wants its script.</summary>
    Ipxe,
}

/// <summary>A machine as DHCP sees it, and the messages that it sends: the options of real firmware, in its ways.</summary>
/// <param name="Architecture">Option 93.</param>
public sealed record PxeClient(MacAddress Mac, Guid Uuid, ushort Architecture, PxeClientKind Kind)
{
    const ushort LargestMessage = 1472;

    // What OVMF and iPXE ask for in option 55 (captures in tests/vectors).
    static readonly byte[] FirmwareWants =
        [1, 2, 3, 4, 5, 6, 12, 13, 15, 17, 18, 22, 23, 28, 40, 41, 42, 43, 50, 51, 54, 58, 59, 60, 66, 67, 97, 128, 129, 130, 131, 132, 133, 134, 135];

    static readonly byte[] IpxeWants = [1, 3, 6, 7, 12, 15, 17, 26, 43, 60, 66, 67, 119, 128, 129, 130, 131, 132, 133, 134, 135, 175, 203];

    // iPXE's features: version 1.0.0, pxeext 2, http, dns, tftp, bzimage, elf, efi, menu.
    static readonly byte[] IpxeFeatures =
        [0xeb, 3, 1, 0, 0, 0x10, 1, 2, 0x13, 1, 1, 0x14, 1, 1, 0x15, 1, 1, 0x17, 1, 1, 0x18, 1, 1, 0x1b, 1, 1, 0x22, 1, 1, 0x24, 1, 1, 0x27, 1, 1];

    public DhcpMessage Discover(uint xid, Ipv4Address giaddr) => Message(xid, giaddr, Options(DhcpMessageType.Discover));

    /// <summary>Asks for what <paramref name="offer"/> offers.</summary>
    public DhcpMessage Request(DhcpMessage offer, Ipv4Address giaddr)
    {
        var options = Options(DhcpMessageType.Request).Set(DhcpOptions.RequestedIpAddress, offer.Yiaddr);
        if (offer.Options.TryGet(DhcpOptions.ServerIdentifier, out var server))
            options.Set(DhcpOptions.ServerIdentifier, server);
        return Message(offer.Xid, giaddr, options);
    }

    /// <summary>Asks the boot server (port 4011) for the file, as PXE 2.1 has it: with an address, and the item of the menu.</summary>
    /// <param name="item">Option 43.71's type.</param>
    public DhcpMessage AskBootServer(uint xid, Ipv4Address own, ushort item) =>
        Message(xid, default, Options(DhcpMessageType.Request).Set(
            DhcpOptions.VendorSpecificInformation, new PxeVendorOptions { BootItem = new byte[] { (byte)(item >> 8), (byte)item, 0, 0 } }.Encode())) with
        { Ciaddr = own, Flags = 0 };

    /// <summary>Gives an address back (RFC 2131 §4.4.6).</summary>
    public DhcpMessage Release(uint xid, Ipv4Address address, Ipv4Address server) => Message(xid, default, new DhcpOptionSet.Builder()
        .Set(DhcpOptions.MessageType, (byte)DhcpMessageType.Release)
        .Set(DhcpOptions.ServerIdentifier, server)) with
    { Ciaddr = address, Flags = 0 };

    DhcpMessage Message(uint xid, Ipv4Address giaddr, DhcpOptionSet.Builder options) => new()
    {
        Op = DhcpMessage.BootRequest,
        Hops = (byte)(giaddr.IsAny ? 0 : 1),
        Xid = xid,
        // Without the flag a server would send to an address that nobody on this link has.
        Flags = giaddr.IsAny ? DhcpMessage.BroadcastFlag : (ushort)0,
        Giaddr = giaddr,
        Chaddr = Mac.ToArray(),
        Options = options.Build(),
    };

    DhcpOptionSet.Builder Options(DhcpMessageType type)
    {
        var vendor = Kind == PxeClientKind.HttpFirmware ? "HTTPClient" : "PXEClient";
        var options = new DhcpOptionSet.Builder()
            .Set(DhcpOptions.MessageType, (byte)type)
            .Set(DhcpOptions.ParameterRequestList, Kind == PxeClientKind.Ipxe ? IpxeWants : FirmwareWants)
            .Set(DhcpOptions.MaximumMessageSize, LargestMessage)
            .Set(DhcpOptions.VendorClassIdentifier, string.Create(CultureInfo.InvariantCulture, $"{vendor}:Arch:{Architecture:00000}:UNDI:003016"))
            .Set(DhcpOptions.ClientArchitecture, [Architecture])
            .Set(DhcpOptions.ClientNetworkInterface, new byte[] { 1, 3, 16 })
            .SetRaw(DhcpOptions.ClientMachineIdentifier.Code, MachineUuid.ToPayload(Uuid));
        return Kind != PxeClientKind.Ipxe ? options
            : options.Set(DhcpOptions.UserClass, Encoding.ASCII.GetBytes("iPXE")).Set(DhcpOptions.IpxeEncapsulated, IpxeFeatures);
    }
}
