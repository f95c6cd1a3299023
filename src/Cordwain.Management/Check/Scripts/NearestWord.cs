namespace Cordwain.Management.Check.Scripts;

/// <summary>Finds what somebody probably meant.</summary>
static class NearestWord
{
    const int LongestWord = 40;

    /// <summary>The known word that differs least; null when all differ by more than a third of their letters.</summary>
    public static string? To(string word, IEnumerable<string> known)
    {
        var (best, bestDistance) = ((string?)null, int.MaxValue);
        if (word.Length > LongestWord)
            return null;
        foreach (var candidate in known)
        {
            var distance = Distance(word.ToUpperInvariant(), candidate.ToUpperInvariant());
            if (distance < bestDistance && distance <= Math.Max(1, candidate.Length / 3))
                (best, bestDistance) = (candidate, distance);
        }

        return best;
    }

    /// <summary><c>Did you mean "x"?</c>, or <paramref name="otherwise"/> when nothing is near.</summary>
    public static string Question(string word, IEnumerable<string> known, string otherwise) =>
        To(word, known) is { } near ? $"Did you mean \"{near}\"?" : otherwise;

    // Insertions, deletions, replacements, and two neighbors swapped, each at a cost of one.
    static int Distance(string a, string b)
    {
        var cost = new int[a.Length + 1, b.Length + 1];
        for (var i = 0; i <= a.Length; i++)
            cost[i, 0] = i;
        for (var j = 0; j <= b.Length; j++)
            cost[0, j] = j;
        for (var i = 1; i <= a.Length; i++)
        {
            for (var j = 1; j <= b.Length; j++)
            {
                cost[i, j] = Math.Min(Math.Min(cost[i - 1, j], cost[i, j - 1]) + 1, cost[i - 1, j - 1] + (a[i - 1] == b[j - 1] ? 0 : 1));
                if (i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1])
                    cost[i, j] = Math.Min(cost[i, j], cost[i - 2, j - 2] + 1);
            }
        }

        return cost[a.Length, b.Length];
    }
}
