using System.Diagnostics.CodeAnalysis;
using System.Text;
using Cordwain.Protocols.Wire;

namespace Cordwain.Protocols.Tftp;

/// <summary>A read or write request (RFC 1350 §5) with its options (RFC 2347).</summary>
/// <param name="Name">As it came: any slashes, any case, never empty.</param>
/// <param name="Asked">The options understood, each within its RFC's range; all others are left out, as RFC 2347 wants.</param>
/// <remarks>
/// <code>
///  2 bytes   string   1 byte   string   1 byte   string   1 byte   string   1 byte
/// +--------+----------+------+--------+------+----------+------+---------+------+
/// | 1 or 2 |   name   |  0   |  mode  |  0   |  option  |  0   |  value  |  0   | ...
/// +--------+----------+------+--------+------+----------+------+---------+------+
/// </code>
/// </remarks>
public sealed record TftpRequest(bool IsWrite, string Name, TftpMode Mode, TftpAsked Asked)
{
    /// <summary>RFC 2347 §2 allows 512 bytes; long names with many options pass it in practice.</summary>
    public const int MaxLength = 2048;

    static readonly UTF8Encoding StrictUtf8 = new(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true);

    /// <summary>Parses one UDP payload. Keeps no reference to it.</summary>
    public static bool TryParse(ReadOnlySpan<byte> datagram, [NotNullWhen(true)] out TftpRequest? request, out WireError error)
    {
        request = null;
        var reader = new WireReader(datagram);
        var opcode = (TftpOpcode)reader.U16();
        if (opcode is not (TftpOpcode.ReadRequest or TftpOpcode.WriteRequest))
            return Refuse(WireFault.NotATftpRequest, 0, out error);
        if (datagram.Length > MaxLength)
            return Refuse(WireFault.TftpTooLong, MaxLength, out error);
        if (!TryTakeString(ref reader, out var nameBytes))
            return Refuse(WireFault.TftpUnterminated, 2, out error);
        if (!TryReadName(nameBytes, out var name))
            return Refuse(WireFault.TftpName, 2, out error);

        var modeOffset = reader.Position;
        if (!TryTakeString(ref reader, out var modeBytes))
            return Refuse(WireFault.TftpUnterminated, modeOffset, out error);
        if (!TryReadMode(modeBytes, out var mode))
            return Refuse(WireFault.TftpMode, modeOffset, out error);

        var asked = default(TftpAsked);
        // An option that is cut short counts as not asked, and so does everything after an empty name: some ROMs pad with zeros.
        while (TryTakeString(ref reader, out var option) && !option.IsEmpty && TryTakeString(ref reader, out var value))
            asked = asked.With(option, value);

        error = default;
        request = new(opcode == TftpOpcode.WriteRequest, name, mode, asked);
        return true;
    }

    static bool TryTakeString(ref WireReader reader, out ReadOnlySpan<byte> text)
    {
        text = reader.Rest;
        var end = text.IndexOf((byte)0);
        if (end < 0)
            return false;
        text = reader.Take(end);
        reader.U8();
        return true;
    }

    static bool TryReadName(ReadOnlySpan<byte> bytes, out string name)
    {
        name = "";
        // Old ROMs read past the end of DHCP option 67 and take its end mark, 0xFF, for the last letter of the name.
        bytes = bytes.TrimEnd((byte)0xFF);
        try
        {
            name = StrictUtf8.GetString(bytes);
        }
        catch (DecoderFallbackException)
        {
            return false;
        }

        return name.Length > 0;
    }

    static bool TryReadMode(ReadOnlySpan<byte> bytes, out TftpMode mode)
    {
        mode = Ascii.EqualsIgnoreCase(bytes, "netascii"u8) ? TftpMode.Netascii : TftpMode.Octet;
        return mode == TftpMode.Netascii || Ascii.EqualsIgnoreCase(bytes, "octet"u8);
    }

    static bool Refuse(WireFault fault, int offset, out WireError error)
    {
        error = new(fault, offset);
        return false;
    }
}
