using Cordwain.Protocols.Wire;

namespace Cordwain.Management.Scripts;

/// <summary>The settings that one machine's iPXE has: its own facts, and what scripts set.</summary>
public sealed class IpxeSettings
{
    const int Longest = 4096, MostReplacements = 200;

    readonly Dictionary<string, string> _values = new(StringComparer.Ordinal);

    public string? this[string name]
    {
        get => _values.GetValueOrDefault(Bare(name));
        set
        {
            if (string.IsNullOrEmpty(value))
                _values.Remove(Bare(name));
            else
                _values[Bare(name)] = value.Length <= Longest ? value : value[..Longest];
        }
    }

    /// <summary>Replaces <c>${…}</c>, the innermost first, until none is left; what is not set is nothing (ipxe src/core/settings.c).</summary>
    public string Expand(string text)
    {
        for (var count = 0; count < MostReplacements && text.Length <= Longest; count++)
        {
            var end = text.IndexOf("${", StringComparison.Ordinal) is >= 0 and var first ? text.IndexOf('}', first) : -1;
            if (end < 0)
                return text;
            var start = text.LastIndexOf("${", end, StringComparison.Ordinal);
            text = string.Concat(text.AsSpan(0, start), Typed(text[(start + 2)..end]), text.AsSpan(end + 1));
        }

        return text;
    }

    string Typed(string name)
    {
        var value = this[name] ?? "";
        var type = name.IndexOf(':', StringComparison.Ordinal) is >= 0 and var colon ? name[(colon + 1)..] : "";
        return type switch
        {
            "hexhyp" when MacAddress.TryParse(value, out var mac) => mac.ToDashed(),
            "hexraw" when MacAddress.TryParse(value, out var mac) => mac.ToDashed().Replace("-", "", StringComparison.Ordinal),
            "uristring" => Uri.EscapeDataString(value),
            _ => value,
        };
    }

    /// <summary><c>net0/mac:hexhyp</c> and <c>netX/mac</c> are <c>mac</c>: a machine has one device here.</summary>
    static string Bare(string name)
    {
        var bare = name.Split(':')[0];
        return bare.StartsWith("net", StringComparison.Ordinal) && bare.IndexOf('/', StringComparison.Ordinal) is 4 ? bare[5..]
            : bare.StartsWith("smbios/", StringComparison.Ordinal) ? bare["smbios/".Length..]
            : bare;
    }
}
