using Cordwain.Protocols.Capture;
using Cordwain.Protocols.Dhcp4;
using Cordwain.Protocols.Pxe;
using Cordwain.Protocols.Wire;

namespace Cordwain.Fuzz.Targets;

/// <summary>DHCPv4: decode, read everything that other code reads, print, encode, decode again.</summary>
public sealed class Dhcp4MessageTarget : IFuzzTarget
{
    readonly byte[] _buffer = new byte[DhcpMessage.MaxPayload];

    public string Name => "dhcp4-message";

    public IReadOnlyList<string> Corpora => ["vectors/dhcp4", "Cordwain.Fuzz/corpus/dhcp4-message"];

    public IReadOnlyList<byte[]> Words =>
        [[0x63, 0x82, 0x53, 0x63], [52, 1, 1], [52, 1, 2], [52, 1, 3], [82, 6, 1, 4, 1, 2, 3, 4], [43, 3, 6, 1, 8], [119, 2, 0xC0, 0], [81, 4, 4, 0, 0, 0], [121, 5, 0, 10, 0, 0, 1], [97, 17, 0], [93, 2, 0, 7], [255]];

    public int LongestInput => 2048;

    public IEnumerable<byte[]> Read(string path)
    {
        if (path.EndsWith(".md", StringComparison.Ordinal) || path.EndsWith(".txt", StringComparison.Ordinal))
            return [];
        var file = File.ReadAllBytes(path);
        _ = CaptureFile.TryRead(file, out var frames, out _);
        return frames.IsEmpty ? [file] : frames.Select(frame => UdpDatagram.TryParse(frame, out var datagram) ? datagram.Payload.ToArray() : []);
    }

    public int Run(ReadOnlySpan<byte> input)
    {
        if (!DhcpMessage.TryParse(input, out var message, out var error))
            return error.Offset <= input.Length ? HashCode.Combine(error.Fault, error.Offset) : throw new InvalidOperationException($"the fault is outside: {error}");

        var text = DhcpText.Describe(message);
        if (text.AsSpan().ContainsAnyExceptInRange('\n', '~'))
            throw new InvalidOperationException("the printed text holds characters that do not print");

        var views = HashCode.Combine(
            message.IsPxeClient, message.IsHttpClient, message.IsIpxe, message.UserClasses.Length,
            message.Architectures.Length, message.Uuid is null, message.PxeBootItem is null);
        var more = HashCode.Combine(message.IpxeFeatures.Length, message.IpxeVersion is null, message.SubnetSelector is null, message.CircuitId.Length, message.RemoteId.Length);
        var to = ReplyRouting.Destination(message, message, (input.Length & 1) == 0 ? 67 : 4011, message.Ciaddr, message.Secs);
        if (to.Port is not (67 or 68 or 4011))
            throw new InvalidOperationException($"a reply would go to port {to.Port}");

        Again(message);
        return HashCode.Combine(message.Options.Count, message.Type, views, more, to.Mode, to.Port);
    }

    void Again(DhcpMessage message)
    {
        var whole = message.Encode(1 << 16);
        if (!DhcpMessage.TryParse(whole, out var again, out var error))
            throw new InvalidOperationException($"what was encoded is refused: {error}");
        if (again != message with { Options = message.Options.ToBuilder().Remove(52).Build() })
            throw new InvalidOperationException("what was encoded reads differently");

        var length = message.Encode(_buffer, DhcpMessage.MaxPayloadFor(message), message.Options.Raw(55).Span, mayOverload: true);
        if (length > DhcpMessage.MaxPayloadFor(message) || !DhcpMessage.TryParse(_buffer.AsSpan(0, length), out _, out error))
            throw new InvalidOperationException($"the bounded encoding of {length} bytes is wrong: {error}");
    }
}
