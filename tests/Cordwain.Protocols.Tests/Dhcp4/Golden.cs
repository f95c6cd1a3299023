using System.Runtime.CompilerServices;

namespace Cordwain.Protocols.Tests.Dhcp4;

/// <summary>Compares text with a file of the repository. Run with <c>UPDATE_GOLDEN=1</c> to rewrite it, then read the diff.</summary>
static class Golden
{
    /// <summary>The folder that holds <c>src</c>, <c>tests</c> and <c>docs</c>.</summary>
    public static string Repository { get; } = FindRepository();

    public static void Match(string path, string actual)
    {
        if (Environment.GetEnvironmentVariable("UPDATE_GOLDEN") == "1")
        {
            Directory.CreateDirectory(Path.GetDirectoryName(path)!);
            File.WriteAllText(path, actual);
        }

        Assert.True(File.Exists(path), $"{path} is missing: run with UPDATE_GOLDEN=1 and read what it writes.");
        Assert.Equal(File.ReadAllText(path).ReplaceLineEndings("\n"), actual);
    }

    static string FindRepository([CallerFilePath] string caller = "") =>
        Path.GetFullPath(Path.Combine(Path.GetDirectoryName(caller)!, "..", "..", ".."));
}
