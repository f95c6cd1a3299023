using Cordwain.Protocols.Wire;

namespace Cordwain.Management.Configuration.Reading;

/// <summary>Patterns for what identifies machines, in the form in which machines are compared.</summary>
static class IdentityPatterns
{
    /// <summary>Against <c>52:54:00:12:34:56</c>; dashes and bare digits become colons.</summary>
    public static (string Pattern, string? Wrong) Mac(string written)
    {
        if (MacAddress.TryParse(written, out var whole))
            return (whole.ToString(), null);

        var pattern = written.ToLowerInvariant().Replace('-', ':');
        if (pattern.FirstOrDefault(character => !char.IsAsciiHexDigit(character) && character is not (':' or '*' or '?')) is not '\0' and var odd)
            return (pattern, $"`{odd}` stands in no MAC address");
        if (pattern.Replace("*", "", StringComparison.Ordinal).Length > 17)
            return (pattern, "it is longer than a MAC address");
        if (!pattern.Contains('*', StringComparison.Ordinal) && pattern.Length < 17)
            return (pattern, "it is shorter than a MAC address and has no `*`");
        var hex = pattern.Split(':', '*').FirstOrDefault(part => part.Length > 2);
        return (pattern, hex is null ? null : $"`{hex}` has more than two digits between its colons");
    }

    /// <summary>Against <c>4c4c4544-0044-4d10-8035-b8c04f4e3132</c>.</summary>
    public static (string Pattern, string? Wrong) Uuid(string written)
    {
        var pattern = written.ToLowerInvariant();
        if (pattern.FirstOrDefault(character => !char.IsAsciiHexDigit(character) && character is not ('-' or '*' or '?')) is not '\0' and var odd)
            return (pattern, $"`{odd}` stands in no UUID");
        if (!pattern.Contains('*', StringComparison.Ordinal) && pattern.Length != 36)
            return (pattern, "a UUID has 36 characters, and this pattern has no `*`");
        return (pattern, null);
    }
}
