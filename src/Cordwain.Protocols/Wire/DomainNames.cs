using System.Buffers;
using System.Collections.Immutable;
using System.Globalization;
using System.Text;

namespace Cordwain.Protocols.Wire;

/// <summary>Domain names in the form of RFC 1035 §3.1: labels with a length byte each, closed by a zero.</summary>
public static class DomainNames
{
    const int LongestLabel = 63, LongestName = 255, Pointer = 0xC0;

    /// <summary>More names than any sensible search list has. Two bytes can point at 255, so a bound is needed.</summary>
    const int MostNames = 64;

    /// <summary>Reads a list of names, with compression by pointers within the list (RFC 1035 §4.1.4, RFC 3397 §2).</summary>
    public static bool TryDecodeList(ReadOnlySpan<byte> payload, out ImmutableArray<string> names)
    {
        var list = ImmutableArray.CreateBuilder<string>();
        names = [];
        for (var position = 0; position < payload.Length;)
        {
            if (list.Count == MostNames || !TryDecodeOne(payload, ref position, out var name))
                return false;
            list.Add(name);
        }

        names = list.ToImmutable();
        return names.Length > 0;
    }

    /// <summary>Reads one name from <paramref name="position"/> on. A pointer must go backwards, so that no loop is possible.</summary>
    public static bool TryDecodeOne(ReadOnlySpan<byte> payload, ref int position, out string name)
    {
        var text = new StringBuilder();
        name = "";
        var (at, length, lowest, after) = (position, 1, position, -1);
        while (at < payload.Length && payload[at] is var octet)
        {
            if (octet == 0)
            {
                position = after >= 0 ? after : at + 1;
                name = text.Length == 0 ? "." : text.ToString();
                return true;
            }

            if ((octet & Pointer) == Pointer)
            {
                var target = at + 1 < payload.Length ? ((octet & 0x3F) << 8) | payload[at + 1] : int.MaxValue;
                if (target >= lowest)
                    return false;
                after = after >= 0 ? after : at + 2;
                at = lowest = target;
                continue;
            }

            length += octet + 1;
            if (octet > LongestLabel || length > LongestName || at + 1 + octet > payload.Length)
                return false;
            AppendLabel(text, payload.Slice(at + 1, octet));
            at += octet + 1;
        }

        return false;
    }

    /// <summary>Writes a name without compression; a trailing dot changes nothing.</summary>
    /// <returns>Null when done; otherwise what is wrong.</returns>
    public static string? TryEncode(string name, IBufferWriter<byte> payload)
    {
        ArgumentNullException.ThrowIfNull(name);
        ArgumentNullException.ThrowIfNull(payload);
        var trimmed = name.EndsWith('.') ? name[..^1] : name;
        if (trimmed.Length is 0 or > LongestName - 2)
            return $"'{name}' is not a domain name: it has 1 to 253 characters";

        var labels = trimmed.Split('.');
        foreach (var label in labels)
        {
            if (label.Length is 0 or > LongestLabel || !Ascii.IsValid(label) || label.AsSpan().ContainsAny(" \t\r\n\0"))
                return $"'{name}' is not a domain name: each part between dots has 1 to 63 letters, digits or dashes";
        }

        foreach (var label in labels)
        {
            payload.Write([(byte)label.Length]);
            Encoding.ASCII.GetBytes(label, payload);
        }

        payload.Write((ReadOnlySpan<byte>)[0]);
        return null;
    }

    static void AppendLabel(StringBuilder text, ReadOnlySpan<byte> label)
    {
        if (text.Length > 0)
            text.Append('.');
        foreach (var octet in label)
        {
            // RFC 1035 §5.1: a byte that is no ordinary character of a name is shown as \DDD.
            if (octet is > (byte)' ' and <= (byte)'~' and not ((byte)'.' or (byte)'\\' or (byte)'"'))
                text.Append((char)octet);
            else
                text.Append(CultureInfo.InvariantCulture, $"\\{octet:d3}");
        }
    }
}
