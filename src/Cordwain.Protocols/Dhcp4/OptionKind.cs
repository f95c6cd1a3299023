using System.Buffers;

namespace Cordwain.Protocols.Dhcp4;

/// <summary>Writes values that an operator gave as text.</summary>
/// <returns>Null when done; otherwise what is wrong, as a sentence without its full stop.</returns>
public delegate string? EncodeText(IReadOnlyList<string> values, IBufferWriter<byte> payload);

/// <summary>Writes a payload for people.</summary>
/// <returns>Null when the payload does not have this kind's form.</returns>
public delegate string? FormatPayload(ReadOnlySpan<byte> payload);

/// <summary>What an option's payload holds, on the side of text: how a value is written in the configuration and how it is shown. Knows no option codes.</summary>
/// <param name="Name">As documents and messages name it: <c>ipv4-list</c>.</param>
/// <param name="ValueType">The type that <see cref="DhcpOption{T}"/> constants of this kind have.</param>
/// <param name="Example">A value as an operator writes it.</param>
public sealed record OptionKind(string Name, Type ValueType, string Example, EncodeText Encode, FormatPayload Format)
{
    public override string ToString() => Name;
}
