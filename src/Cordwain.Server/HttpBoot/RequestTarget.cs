using System.Collections.Immutable;
using System.Text;

namespace Cordwain.Server.HttpBoot;

/// <summary>The target of a request, read from the line as it came.</summary>
/// <param name="Name">Decoded once, with its slashes and dots as they are: folding is the same as for TFTP, and knows no web server's rules.</param>
readonly record struct RequestTarget(string Name, ImmutableDictionary<string, string> Query)
{
    const int MaxParameters = 32;

    static readonly UTF8Encoding Strict = new(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true);

    /// <returns>False when an escape or the text behind the escapes is broken.</returns>
    public static bool TryParse(string raw, out RequestTarget target)
    {
        target = default;
        var path = WithoutOrigin(raw);
        var mark = path.IndexOf('?', StringComparison.Ordinal);
        if (!TryDecode(mark < 0 ? path : path[..mark], plusIsSpace: false, out var name))
            return false;

        target = new(name, mark < 0 ? ImmutableDictionary<string, string>.Empty : QueryOf(path[(mark + 1)..]));
        return true;
    }

    // RFC 9112 §3.2.2: a server takes the absolute form too, although only proxies are sent it.
    static string WithoutOrigin(string raw)
    {
        if (raw.StartsWith('/') || raw.IndexOf("://", StringComparison.Ordinal) is not (> 0 and var scheme))
            return raw;
        var slash = raw.IndexOf('/', scheme + 3);
        return slash < 0 ? "/" : raw[slash..];
    }

    /// <summary>Parameters that cannot be read are passed over: a strange query must not cost a boot.</summary>
    static ImmutableDictionary<string, string> QueryOf(string text)
    {
        var query = ImmutableDictionary.CreateBuilder<string, string>(StringComparer.Ordinal);
        foreach (var parameter in text.Split('&', MaxParameters + 1).Take(MaxParameters))
        {
            var equals = parameter.IndexOf('=', StringComparison.Ordinal);
            if (equals > 0 && TryDecode(parameter[..equals], plusIsSpace: true, out var name) && TryDecode(parameter[(equals + 1)..], plusIsSpace: true, out var value)
                && !query.ContainsKey(name))
                query.Add(name, value);
        }

        return query.ToImmutable();
    }

    static bool TryDecode(string text, bool plusIsSpace, out string decoded)
    {
        decoded = "";
        var bytes = new byte[text.Length];
        var length = 0;
        for (var i = 0; i < text.Length; i++)
        {
            if (text[i] > '\x7F')
                return false;
            if (text[i] != '%')
            {
                bytes[length++] = plusIsSpace && text[i] == '+' ? (byte)' ' : (byte)text[i];
                continue;
            }

            if (i + 2 >= text.Length || !char.IsAsciiHexDigit(text[i + 1]) || !char.IsAsciiHexDigit(text[i + 2]))
                return false;
            bytes[length++] = Convert.FromHexString(text.AsSpan(i + 1, 2))[0];
            i += 2;
        }

        try
        {
            decoded = Strict.GetString(bytes, 0, length);
            return true;
        }
        catch (DecoderFallbackException)
        {
            return false;   // overlong forms of "." and "/" among others
        }
    }
}
