namespace Cordwain.Protocols.Dhcp4;

/// <summary>Option 97: type 0 and the SMBIOS UUID (RFC 4578 §2.3), whose first three fields SMBIOS stores with the low byte first.</summary>
public static class MachineUuid
{
    /// <summary>Bytes of the payload: the type and the UUID.</summary>
    public const int PayloadLength = 17;

    /// <returns>Null when the payload has another form, or holds only zeros or ones: boards without a UUID say that, so it names nobody.</returns>
    public static Guid? Read(ReadOnlySpan<byte> payload)
    {
        if (payload is not [0, .. { Length: 16 } bytes] || !bytes.ContainsAnyExcept((byte)0) || !bytes.ContainsAnyExcept((byte)0xFF))
            return null;
        return new Guid(bytes);   // .NET's order is SMBIOS's: low byte first in the first three fields
    }

    public static byte[] ToPayload(Guid uuid)
    {
        var payload = new byte[PayloadLength];
        uuid.TryWriteBytes(payload.AsSpan(1));
        return payload;
    }
}
