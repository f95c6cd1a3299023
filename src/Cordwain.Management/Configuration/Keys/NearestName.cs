namespace Cordwain.Management.Configuration.Keys;

/// <summary>Finds what somebody meant to write.</summary>
static class NearestName
{
    /// <summary>The candidate that is fewest slips away, and close enough to be meant; null when none is.</summary>
    public static string? To(string written, IEnumerable<string> candidates)
    {
        var limit = Math.Min(3, Math.Max(1, written.Length / 3));
        return candidates
            .Select(candidate => (Name: candidate, Slips: Slips(Fold(written), Fold(candidate))))
            .Where(found => found.Slips <= limit)
            .OrderBy(found => found.Slips).ThenBy(found => found.Name, StringComparer.Ordinal)
            .Select(found => found.Name)
            .FirstOrDefault();
    }

    /// <summary><c>Did you mean `subnet`?</c>, or what <paramref name="otherwise"/> says.</summary>
    public static string Suggest(string written, IReadOnlyCollection<string> candidates, string otherwise) =>
        To(written, candidates) is { } name ? $"Did you mean `{name}`?" : otherwise;

    // `MinLease`, `min_lease` and `min-lease` are the same slip-free name to a person.
    static string Fold(string name) => name.ToLowerInvariant().Replace("_", "", StringComparison.Ordinal).Replace("-", "", StringComparison.Ordinal);

    /// <summary>Letters wrong, missing, too many, or swapped with their neighbor.</summary>
    static int Slips(string left, string right)
    {
        if (Math.Abs(left.Length - right.Length) > 3 || left.Length > 64)
            return int.MaxValue;

        var rows = new int[left.Length + 1, right.Length + 1];
        for (var i = 0; i <= left.Length; i++)
            rows[i, 0] = i;
        for (var j = 0; j <= right.Length; j++)
            rows[0, j] = j;
        for (var i = 1; i <= left.Length; i++)
        {
            for (var j = 1; j <= right.Length; j++)
            {
                var cost = left[i - 1] == right[j - 1] ? 0 : 1;
                var least = Math.Min(Math.Min(rows[i - 1, j] + 1, rows[i, j - 1] + 1), rows[i - 1, j - 1] + cost);
                if (i > 1 && j > 1 && left[i - 1] == right[j - 2] && left[i - 2] == right[j - 1])
                    least = Math.Min(least, rows[i - 2, j - 2] + 1);
                rows[i, j] = least;
            }
        }

        return rows[left.Length, right.Length];
    }
}
