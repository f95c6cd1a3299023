namespace Cordwain.Protocols.Dhcp4;

/// <summary>An option as it goes on the wire: a code, for an encapsulated option the sub-option's code, and the payload.</summary>
/// <param name="Code">1 to 254.</param>
/// <param name="SubCode">The code inside an encapsulating option (43, 82, 175 …); null for the option itself.</param>
/// <param name="Payload">The value's bytes, without code and length.</param>
public readonly record struct DhcpOptionValue(byte Code, byte? SubCode, ReadOnlyMemory<byte> Payload)
{
    public bool Equals(DhcpOptionValue other) =>
        Code == other.Code && SubCode == other.SubCode && Payload.Span.SequenceEqual(other.Payload.Span);

    public override int GetHashCode() => HashCode.Combine(Code, SubCode, Payload.Length);

    public override string ToString() =>
        SubCode is { } sub ? $"{Code}.{sub}={Convert.ToHexString(Payload.Span)}" : $"{Code}={Convert.ToHexString(Payload.Span)}";
}
