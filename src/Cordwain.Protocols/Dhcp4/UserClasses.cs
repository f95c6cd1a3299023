using System.Collections.Immutable;

namespace Cordwain.Protocols.Dhcp4;

/// <summary>Option 77 in its two spellings: RFC 3004's list of texts with a length byte each, and one bare text (iPXE, and most hand-written configurations).</summary>
public static class UserClasses
{
    /// <summary>Where the class names are in the payload. One range over everything when it is not a list that fits exactly.</summary>
    public static ImmutableArray<Range> Split(ReadOnlySpan<byte> payload)
    {
        if (payload.IsEmpty)
            return [];

        var ranges = ImmutableArray.CreateBuilder<Range>();
        for (var position = 0; position < payload.Length;)
        {
            int length = payload[position];
            var end = position + 1 + length;
            if (length == 0 || end > payload.Length)
                return [Range.EndAt(payload.Length)];
            ranges.Add((position + 1)..end);
            position = end;
        }

        return ranges.ToImmutable();
    }
}
