using System.Text;
using Cordwain.Protocols.Wire;

namespace Cordwain.Server.Metrics.Otlp;

/// <summary>What a collector says in the body of its answer: protobuf of strangers, so everything is bounded and nothing throws.</summary>
static class OtlpAnswer
{
    const int LongestText = 200;

    /// <summary>ExportMetricsServiceResponse.partial_success: 1 rejected_data_points, 2 error_message. Null when all was taken.</summary>
    public static (long Rejected, string Why)? PartialSuccess(ReadOnlySpan<byte> body)
    {
        if (!TryField(body, 1, out var partial, out _))
            return null;
        TryField(partial, 1, out _, out var rejected);
        TryField(partial, 2, out var why, out _);
        return rejected == 0 && why.IsEmpty ? null : ((long)Math.Min(rejected, long.MaxValue), Shown(why));
    }

    /// <summary>google.rpc.Status: 2 message. Empty when the body is something else, such as a page of a proxy.</summary>
    public static string Error(ReadOnlySpan<byte> body) => TryField(body, 2, out var message, out _) ? Shown(message) : "";

    /// <summary>The words of an exception, which may be a stranger's.</summary>
    public static string Shown(string text) => PrintableText.Escape(text.Length <= LongestText ? text : text[..LongestText] + "…");

    static string Shown(ReadOnlySpan<byte> text) => PrintableText.Escape(Encoding.UTF8.GetString(text[..Math.Min(text.Length, LongestText)]));

    /// <summary>Finds the first field of that number; false when there is none, or the bytes are no message.</summary>
    static bool TryField(ReadOnlySpan<byte> message, int wanted, out ReadOnlySpan<byte> bytes, out ulong number)
    {
        var at = 0;
        while (TryVarint(message, ref at, out var tag) && TryValue(message, ref at, (int)(tag & 7), out bytes, out number))
        {
            if (tag >> 3 == (ulong)wanted)
                return true;
        }

        bytes = default;
        number = 0;
        return false;
    }

    static bool TryValue(ReadOnlySpan<byte> message, scoped ref int at, int type, out ReadOnlySpan<byte> bytes, out ulong number)
    {
        bytes = default;
        number = 0;
        switch (type)
        {
            case 0:
                return TryVarint(message, ref at, out number);
            case 1 or 5:
                return TryTake(message, ref at, type == 1 ? 8ul : 4, out _);
            case 2:
                return TryVarint(message, ref at, out var length) && TryTake(message, ref at, length, out bytes);
            default:
                return false;
        }
    }

    static bool TryTake(ReadOnlySpan<byte> message, scoped ref int at, ulong length, out ReadOnlySpan<byte> taken)
    {
        taken = default;
        if (length > (ulong)(message.Length - at))
            return false;
        taken = message.Slice(at, (int)length);
        at += (int)length;
        return true;
    }

    static bool TryVarint(ReadOnlySpan<byte> message, scoped ref int at, out ulong value)
    {
        value = 0;
        for (var shift = 0; at < message.Length && shift < 64; shift += 7)
        {
            var octet = message[at++];
            value |= (ulong)(octet & 0x7f) << shift;
            if (octet <= 0x7f)
                return true;
        }

        return false;
    }
}
