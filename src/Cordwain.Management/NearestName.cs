using Cordwain.Protocols.Wire;

namespace Cordwain.Management;

/// <summary>How a problem asks whether something else was meant.</summary>
static class NearestName
{
    /// <summary><c>Did you mean `subnet`?</c>, or what <paramref name="otherwise"/> says.</summary>
    public static string Suggest(string written, IEnumerable<string> candidates, string otherwise) =>
        NearNames.Nearest(written, candidates) is { } name ? $"Did you mean `{name}`?" : otherwise;
}
