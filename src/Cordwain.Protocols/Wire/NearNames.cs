using System.Collections.Immutable;

namespace Cordwain.Protocols.Wire;

/// <summary>Finds what somebody probably meant.</summary>
public static class NearNames
{
    const int MostSuggestions = 3;

    /// <summary>The names that differ from <paramref name="wrong"/> by few changes (a third of its letters), or that contain it; the nearest first, at most three.</summary>
    public static ImmutableArray<string> Of(string wrong, IEnumerable<string> names)
    {
        ArgumentNullException.ThrowIfNull(wrong);
        ArgumentNullException.ThrowIfNull(names);
        var limit = Math.Max(1, Math.Min(wrong.Length, 40) / 3);
        var near = new List<(int Distance, string Name)>();
        foreach (var name in names)
        {
            var distance = Math.Abs(name.Length - wrong.Length) > limit ? int.MaxValue : Distance(wrong, name);
            if (distance <= limit)
                near.Add((distance, name));
            else if (wrong.Length >= 3 && name.Contains(wrong, StringComparison.OrdinalIgnoreCase))
                near.Add((limit + 1, name));
        }

        near.Sort((a, b) => a.Distance != b.Distance ? a.Distance.CompareTo(b.Distance) : string.CompareOrdinal(a.Name, b.Name));
        return [.. near.Take(MostSuggestions).Select(candidate => candidate.Name)];
    }

    /// <summary>Levenshtein's distance, letters compared without case.</summary>
    public static int Distance(string a, string b)
    {
        ArgumentNullException.ThrowIfNull(a);
        ArgumentNullException.ThrowIfNull(b);
        var row = new int[b.Length + 1];
        for (var j = 0; j <= b.Length; j++)
            row[j] = j;
        for (var i = 1; i <= a.Length; i++)
        {
            var diagonal = row[0];
            row[0] = i;
            for (var j = 1; j <= b.Length; j++)
            {
                var cost = char.ToLowerInvariant(a[i - 1]) == char.ToLowerInvariant(b[j - 1]) ? 0 : 1;
                (diagonal, row[j]) = (row[j], Math.Min(Math.Min(row[j], row[j - 1]) + 1, diagonal + cost));
            }
        }

        return row[b.Length];
    }
}
