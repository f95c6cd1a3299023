using System.Buffers;

namespace Cordwain.Protocols.Dhcp4;

public delegate bool DecodeOption<T>(ReadOnlySpan<byte> payload, out T value);

public delegate void EncodeOption<T>(T value, IBufferWriter<byte> payload);

/// <summary>How one kind of option payload is read and written; knows no option codes.</summary>
public sealed record OptionCodec<T>(DecodeOption<T> TryDecode, EncodeOption<T> Encode);

/// <summary>One row of the option table: the code and the type of its value travel together.</summary>
public sealed record DhcpOption<T>(byte Code, string Name, OptionCodec<T> Codec, string Source)
{
    public override string ToString() => $"{Name} ({Code})";
}
