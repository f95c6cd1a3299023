using System.Buffers;

namespace Cordwain.Protocols.Dhcp4;

/// <summary>Walks the sub-options inside an encapsulating option (43, 82, 175 …): code, length, payload, again and again.</summary>
/// <remarks>Stops quietly at a sub-option that runs past the end; <see cref="Overran"/> says so.</remarks>
/// <param name="payload">The encapsulating option's payload.</param>
/// <param name="padding">True when code 0 is padding and 255 the end, as in 43 and 175; in relay agent information they are codes like any other (RFC 3046 §2.0).</param>
public ref struct SubOptions(ReadOnlySpan<byte> payload, bool padding)
{
    const byte Pad = 0, End = 255;
    const int LongestPart = 255;

    readonly ReadOnlySpan<byte> _payload = payload;
    readonly bool _padding = padding;
    int _position;
    int _start;
    int _length;

    /// <summary>A sub-option's length ran past the end of the payload.</summary>
    public bool Overran { get; private set; }

    /// <summary>The inner terminator was met.</summary>
    public bool Ended { get; private set; }

    public byte Code { get; private set; }

    public readonly ReadOnlySpan<byte> Payload => _payload.Slice(_start, _length);

    /// <summary>Where <see cref="Payload"/> begins in the encapsulating option's payload.</summary>
    public readonly int PayloadStart => _start;

    public readonly SubOption Current => new(Code, Payload);

    /// <summary>Whether sub-options of this option know padding and an end.</summary>
    public static bool HasPadding(byte code) => code != 82;

    /// <summary>Writes one sub-option; one longer than 255 bytes is split like an option (RFC 3396).</summary>
    public static void Write(IBufferWriter<byte> destination, byte code, ReadOnlySpan<byte> payload)
    {
        ArgumentNullException.ThrowIfNull(destination);
        do
        {
            var part = payload[..Math.Min(payload.Length, LongestPart)];
            destination.Write([code, (byte)part.Length]);
            destination.Write(part);
            payload = payload[part.Length..];
        }
        while (!payload.IsEmpty);
    }

    /// <summary>The first sub-option with this code.</summary>
    public static bool TryFind(ReadOnlySpan<byte> payload, bool padding, byte code, out ReadOnlySpan<byte> value)
    {
        foreach (var option in new SubOptions(payload, padding))
        {
            if (option.Code != code)
                continue;
            value = option.Payload;
            return true;
        }

        value = [];
        return false;
    }

    public readonly SubOptions GetEnumerator() => this;

    public bool MoveNext()
    {
        while (_position < _payload.Length && !Ended && !Overran)
        {
            Code = _payload[_position++];
            if (_padding && Code == Pad)
                continue;
            if (_padding && Code == End)
            {
                Ended = true;
                break;
            }

            if (_position >= _payload.Length || _position + 1 + _payload[_position] > _payload.Length)
            {
                Overran = true;
                break;
            }

            _length = _payload[_position];
            _start = _position + 1;
            _position = _start + _length;
            return true;
        }

        return false;
    }
}

/// <summary>One sub-option as it stands in its encapsulating option.</summary>
public readonly ref struct SubOption(byte code, ReadOnlySpan<byte> payload)
{
    public byte Code { get; } = code;

    public ReadOnlySpan<byte> Payload { get; } = payload;

    public void Deconstruct(out byte code, out ReadOnlySpan<byte> payload)
    {
        code = Code;
        payload = Payload;
    }
}
