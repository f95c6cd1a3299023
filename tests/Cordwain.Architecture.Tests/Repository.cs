using System.Runtime.CompilerServices;

namespace Cordwain.Architecture.Tests;

/// <summary>The sources these tests look at.</summary>
static class Repository
{
    public static string Root { get; } = FindRoot();

    public static IEnumerable<string> Sources => Files("src", "*.cs").Concat(Files("src", "*.razor"));

    public static IEnumerable<string> Files(string folder, string pattern) =>
        Directory.EnumerateFiles(Path.Combine(Root, folder), pattern, SearchOption.AllDirectories)
            .Where(file => !file.Contains("/obj/", StringComparison.Ordinal) && !file.Contains("/bin/", StringComparison.Ordinal))
            .Order(StringComparer.Ordinal);

    public static string Relative(string file) => Path.GetRelativePath(Root, file);

    static string FindRoot([CallerFilePath] string here = "") => Path.GetFullPath(Path.Combine(Path.GetDirectoryName(here)!, "../.."));
}
