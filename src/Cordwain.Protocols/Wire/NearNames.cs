using System.Collections.Immutable;

namespace Cordwain.Protocols.Wire;

/// <summary>Finds what somebody probably meant. <c>MinLease</c>, <c>min_lease</c> and <c>min-lease</c> are the same name to a person.</summary>
public static class NearNames
{
    const int MostSuggestions = 3, MostSlips = 3, LongestName = 64;

    /// <summary>The name with the fewest slips, and few enough to be meant; null when there is none.</summary>
    public static string? Nearest(string wrong, IEnumerable<string> names) => Near(wrong, names).Select(near => near.Name).FirstOrDefault();

    /// <summary>The names that differ from <paramref name="wrong"/> by few slips, then those that contain it; at most three.</summary>
    public static ImmutableArray<string> Of(string wrong, IEnumerable<string> names)
    {
        ArgumentNullException.ThrowIfNull(wrong);
        string[] known = [.. names];
        var containing = known.Where(name => wrong.Length >= 3 && name.Contains(wrong, StringComparison.OrdinalIgnoreCase)).Order(StringComparer.Ordinal);
        return [.. Near(wrong, known).Select(near => near.Name).Concat(containing).Distinct().Take(MostSuggestions)];
    }

    /// <summary>Letters wrong, missing, too many, or swapped with their neighbor; case does not count.</summary>
    public static int Distance(string a, string b)
    {
        ArgumentNullException.ThrowIfNull(a);
        ArgumentNullException.ThrowIfNull(b);
        (a, b) = (a.ToLowerInvariant(), b.ToLowerInvariant());
        var rows = new int[a.Length + 1, b.Length + 1];
        for (var i = 0; i <= a.Length; i++)
            rows[i, 0] = i;
        for (var j = 0; j <= b.Length; j++)
            rows[0, j] = j;
        for (var i = 1; i <= a.Length; i++)
        {
            for (var j = 1; j <= b.Length; j++)
            {
                var least = Math.Min(Math.Min(rows[i - 1, j], rows[i, j - 1]) + 1, rows[i - 1, j - 1] + (a[i - 1] == b[j - 1] ? 0 : 1));
                if (i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1])
                    least = Math.Min(least, rows[i - 2, j - 2] + 1);
                rows[i, j] = least;
            }
        }

        return rows[a.Length, b.Length];
    }

    static IEnumerable<(int Slips, string Name)> Near(string wrong, IEnumerable<string> names)
    {
        ArgumentNullException.ThrowIfNull(wrong);
        ArgumentNullException.ThrowIfNull(names);
        if (wrong.Length > LongestName)
            return [];
        var limit = Math.Clamp(wrong.Length / 3, 1, MostSlips);
        var folded = Fold(wrong);
        return names
            .Select(name => (Name: name, Folded: Fold(name)))
            .Where(name => Math.Abs(name.Folded.Length - folded.Length) <= limit)
            .Select(name => (Slips: Distance(folded, name.Folded), name.Name))
            .Where(name => name.Slips <= limit)
            .OrderBy(name => name.Slips).ThenBy(name => Distance(wrong, name.Name)).ThenBy(name => name.Name, StringComparer.Ordinal);
    }

    static string Fold(string name) => name.Replace("_", "", StringComparison.Ordinal).Replace("-", "", StringComparison.Ordinal);
}
