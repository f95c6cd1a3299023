using System.Globalization;
using Cordwain.Management.Configuration.Keys;

namespace Cordwain.Management.Import.Draft;

/// <summary>Names that the configuration accepts, each given once.</summary>
sealed class DraftNames
{
    readonly HashSet<string> _taken = new(StringComparer.OrdinalIgnoreCase);

    /// <summary>For networks, machines, classes, reservations: near to what the operator called it.</summary>
    public string Thing(string wanted)
    {
        var kept = OwnNames.Thing(wanted) is null ? wanted : OwnNames.Slug(wanted);
        return Unique(kept);
    }

    /// <summary>For images and menus.</summary>
    public string Image(string wanted)
    {
        var kept = OwnNames.Image(wanted) is null ? wanted : OwnNames.Slug(string.Concat(wanted.Where(char.IsAscii)));
        return Unique(kept);
    }

    public void Take(params ReadOnlySpan<string> names)
    {
        foreach (var name in names)
            _taken.Add(name);
    }

    /// <summary>RFC 1123 §2.1: labels of letters, digits and hyphens, a hyphen neither first nor last.</summary>
    public static bool IsHostName(string name) => name.Length is > 0 and <= 253 && name.Split('.').All(label =>
        label.Length is > 0 and <= 63 && label[0] != '-' && label[^1] != '-' && label.All(character => char.IsAsciiLetterOrDigit(character) || character == '-'));

    string Unique(string name)
    {
        var unique = name;
        for (var number = 2; !_taken.Add(unique); number++)
            unique = string.Create(CultureInfo.InvariantCulture, $"{(name.Length > 58 ? name[..58] : name)}-{number}");
        return unique;
    }
}
