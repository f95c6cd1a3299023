using System.Diagnostics.CodeAnalysis;

namespace Cordwain.Content;

/// <summary>Brings the name that a machine asks for into the one form that all of the server uses: TFTP and HTTP names mean the same.</summary>
public static class BootPath
{
    /// <summary>In characters. TFTP names end at 512 bytes; HTTP's request line is bounded elsewhere.</summary>
    public const int MaxLength = 1024;

    /// <summary>Folds a name: <c>/</c> only, no leading, trailing or doubled slashes, no dot segments; the case is kept.</summary>
    /// <param name="raw">As it came, percent-decoded at most once.</param>
    /// <param name="refusal">Why the name is refused, in words that quote nothing of it; null when it is not.</param>
    public static bool TryFold(string raw, [NotNullWhen(true)] out string? folded, [NotNullWhen(false)] out string? refusal)
    {
        ArgumentNullException.ThrowIfNull(raw);
        folded = null;
        refusal = Fault(raw);
        if (refusal is not null)
            return false;

        var kept = new List<string>(8);
        foreach (var part in Trimmed(raw).Split(['/', '\\'], StringSplitOptions.RemoveEmptyEntries))
        {
            if (part == ".")
                continue;
            if (part != "..")
            {
                kept.Add(part);
                continue;
            }

            if (kept.Count == 0)
            {
                refusal = "CW7008: the name leads out of the folder";
                return false;
            }

            kept.RemoveAt(kept.Count - 1);
        }

        if (kept.Count == 0)
        {
            refusal = "CW7008: the name is empty";
            return false;
        }

        folded = string.Join('/', kept);
        return true;
    }

    // Old ROMs read on past the end of option 67, which has no terminator, and append the option list's end mark 255:
    // it arrives as one more character, or as the replacement character where the name was read as UTF-8.
    static string Trimmed(string raw) => raw[^1] is '\u00FF' or '\uFFFD' ? raw[..^1] : raw;

    static string? Fault(string raw)
    {
        if (raw.Length == 0)
            return "CW7008: the name is empty";
        if (raw.Length > MaxLength)
            return "CW7008: the name is longer than 1024 characters";

        var name = Trimmed(raw);
        for (var i = 0; i < name.Length; i++)
        {
            if (char.IsControl(name[i]))
                return "CW7008: the name holds a control character";
            if (name[i] == '\uFFFD')
                return "CW7008: the name is not valid UTF-8";
            if (char.IsHighSurrogate(name[i]) && i + 1 < name.Length && char.IsLowSurrogate(name[i + 1]))
                i++;
            else if (char.IsSurrogate(name[i]))
                return "CW7008: the name is not valid Unicode";
        }

        return null;
    }
}
