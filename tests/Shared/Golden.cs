using System.Runtime.CompilerServices;

namespace Cordwain;

/// <summary>Compares text with a file of the repository. Run with <c>UPDATE_GOLDEN=1</c> to rewrite it, then read the diff.</summary>
static class Golden
{
    /// <summary>The folder that holds <c>src</c>, <c>tests</c> and <c>docs</c>.</summary>
    public static string Repository { get; } = FindRepository();

    /// <param name="name">Of a file in the folder <c>golden</c> beside the test.</param>
    public static void Match(string name, string actual, [CallerFilePath] string caller = "") =>
        MatchFile(Path.Combine(Path.GetDirectoryName(caller)!, "golden", name), actual);

    /// <summary>The same for a file that stands elsewhere, such as a page of the manual.</summary>
    public static void MatchFile(string path, string actual)
    {
        if (Environment.GetEnvironmentVariable("UPDATE_GOLDEN") == "1")
        {
            Directory.CreateDirectory(Path.GetDirectoryName(path)!);
            File.WriteAllText(path, actual);
        }

        Assert.True(File.Exists(path), $"There is no {path}; run with UPDATE_GOLDEN=1 and read what it writes.");
        Assert.Equal(File.ReadAllText(path).ReplaceLineEndings("\n"), actual);
    }

    static string FindRepository([CallerFilePath] string caller = "") =>
        Path.GetFullPath(Path.Combine(Path.GetDirectoryName(caller)!, "..", ".."));
}
