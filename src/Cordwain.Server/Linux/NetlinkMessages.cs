using System.Diagnostics.CodeAnalysis;
using System.Runtime.InteropServices;
using System.Text;
using Cordwain.Protocols.Wire;
using Cordwain.Server.Hosting;

namespace Cordwain.Server.Linux;

/// <summary>A row of the neighbour table.</summary>
readonly record struct Neighbour(Ipv4Address Address, MacAddress Mac);

/// <summary>Reads rtnetlink messages (rtnetlink(7)). Fields are in the host's byte order, addresses in that of the network.</summary>
static class NetlinkMessages
{
    internal const int HeaderLength = 16;
    internal const ushort Error = 2, Done = 3, NewLink = 16, GetLink = 18, NewAddress = 20, GetAddress = 22, NewNeighbour = 28, GetNeighbour = 30;
    internal const ushort Interrupted = 0x10;

    const ushort IflaAddress = 1, IflaName = 3, IflaMtu = 4, IflaLinkInfo = 18, IflaInfoKind = 1;
    const ushort IfaAddress = 1, IfaLocal = 2, NdaDestination = 1, NdaLinkAddress = 2;
    const uint IffUp = 1, IffLoopback = 8, IffLowerUp = 0x10000;
    const ushort ArphrdEthernet = 1;

    // Reachable, stale, delay, probe, permanent: states in which the kernel itself would use the address.
    const ushort UsableNeighbour = 0x02 | 0x04 | 0x08 | 0x10 | 0x80;

    /// <param name="body">An RTM_NEWLINK after its netlink header: struct ifinfomsg and attributes.</param>
    public static bool TryReadLink(ReadOnlySpan<byte> body, [NotNullWhen(true)] out NetworkDevice? device)
    {
        device = null;
        if (body.Length < 16)
            return false;

        var hardware = MemoryMarshal.Read<ushort>(body[2..]);
        var flags = MemoryMarshal.Read<uint>(body[8..]);
        device = new(MemoryMarshal.Read<int>(body[4..]), "")
        {
            IsUp = (flags & IffUp) != 0,
            HasCarrier = (flags & IffLowerUp) != 0,
            IsLoopback = (flags & IffLoopback) != 0,
        };
        foreach (var (type, value) in new Attributes(body[16..]))
        {
            device = type switch
            {
                IflaName => device with { Name = Text(value) },
                IflaMtu when value.Length == 4 => device with { Mtu = MemoryMarshal.Read<int>(value) },
                IflaAddress when hardware == ArphrdEthernet && value.Length == MacAddress.Length => device with { Mac = MacAddress.FromBytes(value) },
                IflaLinkInfo => device with { Kind = KindIn(value) },
                _ => device,
            };
        }

        return device.Name.Length > 0;
    }

    /// <param name="body">An RTM_NEWADDR after its netlink header: struct ifaddrmsg and attributes.</param>
    public static bool TryReadAddress(ReadOnlySpan<byte> body, out int device, out DeviceAddress address)
    {
        (device, address) = (0, default);
        if (body.Length < 8 || body[0] != LibC.AfInet || body[1] > 32)
            return false;

        device = MemoryMarshal.Read<int>(body[4..]);
        Ipv4Address? local = null, network = null;
        foreach (var (type, value) in new Attributes(body[8..]))
        {
            if (value.Length == 4 && type == IfaLocal)
                local = Address(value);
            else if (value.Length == 4 && type == IfaAddress)
                network = Address(value);
        }

        // On a point-to-point link IFA_ADDRESS is the other end; otherwise both are the same.
        if ((local ?? network) is not { } own)
            return false;
        address = new(own, new(network ?? own, body[1]));
        return true;
    }

    /// <param name="body">An RTM_NEWNEIGH after its netlink header: struct ndmsg and attributes.</param>
    public static bool TryReadNeighbour(ReadOnlySpan<byte> body, out Neighbour neighbour)
    {
        neighbour = default;
        if (body.Length < 12 || body[0] != LibC.AfInet || (MemoryMarshal.Read<ushort>(body[8..]) & UsableNeighbour) == 0)
            return false;

        Ipv4Address? address = null;
        MacAddress? mac = null;
        foreach (var (type, value) in new Attributes(body[12..]))
        {
            if (type == NdaDestination && value.Length == 4)
                address = Address(value);
            else if (type == NdaLinkAddress && value.Length == MacAddress.Length)
                mac = MacAddress.FromBytes(value);
        }

        if (address is not { } known || mac is not { IsZero: false } owner)
            return false;
        neighbour = new(known, owner);
        return true;
    }

    static string? KindIn(ReadOnlySpan<byte> linkInfo)
    {
        foreach (var (type, value) in new Attributes(linkInfo))
        {
            if (type == IflaInfoKind)
                return Text(value);
        }

        return null;
    }

    static string Text(ReadOnlySpan<byte> value) => Encoding.UTF8.GetString(value.TrimEnd((byte)0));

    static Ipv4Address Address(ReadOnlySpan<byte> value) => new WireReader(value).Ipv4();

    /// <summary>Walks over attributes; ends at the first that does not fit.</summary>
    readonly ref struct Attributes(ReadOnlySpan<byte> area)
    {
        readonly ReadOnlySpan<byte> _area = area;

        public Enumerator GetEnumerator() => new(_area);

        public ref struct Enumerator(ReadOnlySpan<byte> rest)
        {
            ReadOnlySpan<byte> _rest = rest;

            public Attribute Current { get; private set; }

            public bool MoveNext()
            {
                if (_rest.Length < 4)
                    return false;
                var length = MemoryMarshal.Read<ushort>(_rest);
                if (length < 4 || length > _rest.Length)
                    return false;

                const ushort nestedAndByteOrder = 0xC000;
                Current = new((ushort)(MemoryMarshal.Read<ushort>(_rest[2..]) & ~nestedAndByteOrder), _rest[4..length]);
                _rest = _rest[Math.Min((length + 3) & ~3, _rest.Length)..];
                return true;
            }
        }
    }

    readonly ref struct Attribute(ushort type, ReadOnlySpan<byte> value)
    {
        readonly ReadOnlySpan<byte> _value = value;

        public void Deconstruct(out ushort kind, out ReadOnlySpan<byte> payload)
        {
            kind = type;
            payload = _value;
        }
    }
}
