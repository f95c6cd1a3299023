using System.Buffers.Binary;
using System.Text;
using Cordwain.Protocols.Dhcp4;
using Cordwain.Protocols.Wire;

namespace Cordwain.Bench;

/// <summary>Datagrams of a UEFI machine that boots by PXE, as EDK2 sends them; each one from another card.</summary>
sealed class PxeDatagram
{
    const int XidOffset = 4, ChaddrOffset = 28;

    readonly byte[] _datagram;
    readonly int _uuid, _requested;

    PxeDatagram(byte[] datagram)
    {
        _datagram = datagram;
        _uuid = datagram.AsSpan(DhcpMessage.HeaderLength).IndexOf((ReadOnlySpan<byte>)[97, 17]) + DhcpMessage.HeaderLength + 2;
        _requested = datagram.AsSpan(DhcpMessage.HeaderLength).IndexOf((ReadOnlySpan<byte>)[50, 4]) is var at and >= 0 ? at + DhcpMessage.HeaderLength + 2 : -1;
    }

    public static PxeDatagram Discover(Ipv4Address relay) => Of(DhcpMessageType.Discover, relay, default, _ => { });

    /// <summary>Takes an offer.</summary>
    public static PxeDatagram Request(Ipv4Address relay, Ipv4Address server) => Of(DhcpMessageType.Request, relay, default, options => options
        .Set(DhcpOptions.RequestedIpAddress, server).Set(DhcpOptions.ServerIdentifier, server));

    public static PxeDatagram Renewal() => Of(DhcpMessageType.Request, default, new(1), _ => { });

    /// <summary>Asks the boot server for the first item of its menu.</summary>
    public static PxeDatagram BootServer(Ipv4Address address) => Of(DhcpMessageType.Request, default, address, options => options
        .SetRaw(DhcpOptions.VendorSpecificInformation.Code, [0x47, 4, 0x80, 0, 0, 0, 255]));

    /// <summary>The datagram of machine number <paramref name="id"/>, valid until the next.</summary>
    /// <param name="address">The one that it has or asks for, where the message names one.</param>
    public ReadOnlySpan<byte> Of(int id, Ipv4Address address = default)
    {
        BinaryPrimitives.WriteInt32BigEndian(_datagram.AsSpan(XidOffset), id);
        BinaryPrimitives.WriteInt32BigEndian(_datagram.AsSpan(ChaddrOffset + 2), id);
        BinaryPrimitives.WriteInt32BigEndian(_datagram.AsSpan(_uuid + 1), id);
        if (!address.IsAny)
            BinaryPrimitives.WriteUInt32BigEndian(_datagram.AsSpan(_requested < 0 ? 12 : _requested), address.Value);
        return _datagram;
    }

    public static MacAddress MacOf(int id) => new(0x5200_0000_0000UL | (uint)id);

    static PxeDatagram Of(DhcpMessageType type, Ipv4Address relay, Ipv4Address address, Action<DhcpOptionSet.Builder> more)
    {
        var options = new DhcpOptionSet.Builder()
            .Set(DhcpOptions.MessageType, (byte)type)
            .SetRaw(DhcpOptions.ParameterRequestList.Code,
                [1, 2, 3, 4, 5, 6, 12, 13, 15, 17, 18, 22, 23, 28, 40, 41, 42, 43, 50, 51, 54, 58, 59, 60, 66, 67, 97, 128, 129, 130, 131, 132, 133, 134, 135])
            .Set(DhcpOptions.MaximumMessageSize, (ushort)1472)
            .SetRaw(DhcpOptions.ClientMachineIdentifier.Code, [0, .. new byte[15], 1])
            .Set(DhcpOptions.ClientArchitecture, [(ushort)7])
            .SetRaw(DhcpOptions.ClientNetworkInterface.Code, [1, 3, 16])
            .SetRaw(DhcpOptions.VendorClassIdentifier.Code, Encoding.ASCII.GetBytes("PXEClient:Arch:00007:UNDI:003016"));
        more(options);
        return new(new DhcpMessage
        {
            Op = DhcpMessage.BootRequest,
            Hops = relay.IsAny ? (byte)0 : (byte)1,
            Giaddr = relay,
            Ciaddr = address,
            Chaddr = MacOf(0).ToArray(),
            Options = options.Build(),
        }.Encode());
    }
}
