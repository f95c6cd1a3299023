namespace Cordwain.Server.Linux;

/// <summary>What the socket calls take and fill in, as the kernel lays it out on 64-bit machines.</summary>
static unsafe partial class LibC
{
    /// <summary>struct sockaddr_in; port and address in network order.</summary>
    internal struct SockAddrIn
    {
        public ushort Family, Port;
        public uint Address;
        public ulong Zero;
    }

    internal struct SockAddrNl
    {
        public ushort Family, Pad;
        public uint Pid, Groups;
    }

    /// <summary>struct sockaddr_ll; the protocol in network order.</summary>
    internal struct SockAddrLl
    {
        public ushort Family, Protocol;
        public int Index;
        public ushort HardwareType;
        public byte PacketType, AddressLength;
        public uint AddressHigh, AddressLow;
    }

    internal struct IoVec
    {
        public void* Base;
        public nuint Length;
    }

    internal struct MsgHdr
    {
        public void* Name;
        public uint NameLength;
        public IoVec* Parts;
        public nuint PartCount;
        public void* Control;
        public nuint ControlLength;
        public int Flags;
    }

    internal struct MMsgHdr
    {
        public MsgHdr Header;
        public uint Length;
    }

    /// <summary>A control message that carries struct in_pktinfo; addresses in network order.</summary>
    internal struct PktInfoMessage
    {
        public nuint Length;
        public int Level, Type;
        public int Index;
        public uint Local, Destination;
        public int Pad;

        /// <summary>Says which of our addresses a datagram leaves from.</summary>
        public static PktInfoMessage From(uint local) => new()
        {
            Length = (nuint)(sizeof(PktInfoMessage) - sizeof(int)),   // CMSG_LEN: without the padding
            Level = IpProtoIp,
            Type = IpPktInfo,
            Local = local,
        };
    }

    /// <summary>A control message that holds the length of a segment (udp(7), UDP_SEGMENT).</summary>
    internal struct SegmentMessage
    {
        public nuint Length;
        public int Level, Type;
        public ushort Size, Pad1;
        public int Pad2;

        public static SegmentMessage Of(int size) => new()
        {
            Length = (nuint)(sizeof(nuint) + 2 * sizeof(int) + sizeof(ushort)),   // CMSG_LEN: without the padding
            Level = IpProtoUdp,
            Type = UdpSegment,
            Size = (ushort)size,
        };
    }

    internal struct PacketMembership
    {
        public int Index;
        public ushort Type, AddressLength;
        public ulong Address;
    }

    internal struct FilterStep
    {
        public ushort Code;
        public byte JumpTrue, JumpFalse;
        public uint Value;
    }

    internal struct FilterProgram
    {
        public ushort Count;
        public FilterStep* Steps;
    }
}
