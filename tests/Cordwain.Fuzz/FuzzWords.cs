using System.Text;

namespace Cordwain.Fuzz;

/// <summary>Words of a text format, as bytes.</summary>
static class FuzzWords
{
    public static IReadOnlyList<byte[]> Of(params IEnumerable<string> words) => [.. words.Select(Encoding.UTF8.GetBytes)];
}
