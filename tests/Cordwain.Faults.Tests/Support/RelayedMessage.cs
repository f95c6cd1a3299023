using System.Buffers.Binary;
using System.Net;

namespace Cordwain.Faults.Tests.Support;

/// <summary>DHCP messages as a relay sends and gets them, written and read without the product's own code.</summary>
static class RelayedMessage
{
    public const byte Discover = 1, Offer = 2, Request = 3, Ack = 5, Nak = 6, Release = 7;

    public static byte[] Write(byte type, uint xid, ulong mac, uint giaddr, uint ciaddr = 0, uint requested = 0, uint server = 0)
    {
        var message = new byte[300];
        (message[0], message[1], message[2], message[3]) = (1, 1, 6, 1);
        BinaryPrimitives.WriteUInt32BigEndian(message.AsSpan(4), xid);
        BinaryPrimitives.WriteUInt32BigEndian(message.AsSpan(12), ciaddr);
        BinaryPrimitives.WriteUInt32BigEndian(message.AsSpan(24), giaddr);
        BinaryPrimitives.WriteUInt64BigEndian(message.AsSpan(28), mac << 16);
        BinaryPrimitives.WriteUInt32BigEndian(message.AsSpan(236), 0x63825363);
        var at = 240;
        (message[at], message[at + 1], message[at + 2]) = (53, 1, type);
        at += 3;
        Address(50, requested);
        Address(54, server);
        message[at] = 255;
        return message;

        void Address(byte option, uint value)
        {
            if (value == 0)
                return;
            (message[at], message[at + 1]) = (option, 4);
            BinaryPrimitives.WriteUInt32BigEndian(message.AsSpan(at + 2), value);
            at += 6;
        }
    }

    /// <returns>False for what is no answer of a DHCP server.</returns>
    public static bool TryRead(ReadOnlySpan<byte> message, out Answer answer)
    {
        answer = default;
        if (message.Length < 244 || message[0] != 2)
            return false;
        byte type = 0;
        uint server = 0, lease = 0;
        for (var at = 240; at + 1 < message.Length && message[at] != 255;)
        {
            if (message[at] == 0)
            {
                at++;
                continue;
            }

            int length = message[at + 1];
            if (at + 2 + length > message.Length)
                return false;
            var value = message.Slice(at + 2, length);
            switch (message[at])
            {
                case 53 when length == 1:
                    type = value[0];
                    break;
                case 54 when length == 4:
                    server = BinaryPrimitives.ReadUInt32BigEndian(value);
                    break;
                case 51 when length == 4:
                    lease = BinaryPrimitives.ReadUInt32BigEndian(value);
                    break;
            }

            at += 2 + length;
        }

        answer = new(type, BinaryPrimitives.ReadUInt32BigEndian(message[4..]), BinaryPrimitives.ReadUInt64BigEndian(message[28..]) >> 16,
            BinaryPrimitives.ReadUInt32BigEndian(message[16..]), server, lease);
        return type != 0;
    }

    public static uint Number(string address) => BinaryPrimitives.ReadUInt32BigEndian(IPAddress.Parse(address).GetAddressBytes());

    public static string Text(uint address) => $"{address >> 24}.{(address >> 16) & 255}.{(address >> 8) & 255}.{address & 255}";

    public readonly record struct Answer(byte Type, uint Xid, ulong Mac, uint Address, uint Server, uint Lease);
}
