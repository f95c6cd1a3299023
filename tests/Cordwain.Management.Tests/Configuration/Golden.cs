using System.Runtime.CompilerServices;

namespace Cordwain.Management.Tests.Configuration;

/// <summary>Compares text with a file under <c>golden/</c>. Run with <c>UPDATE_GOLDEN=1</c> to rewrite it, then read the diff.</summary>
static class Golden
{
    public static void Match(string name, string actual, [CallerFilePath] string caller = "") =>
        MatchFile(Path.Combine(Path.GetDirectoryName(caller)!, "golden", name), actual);

    /// <summary>The same for a file that is generated into the repository, such as a page of the manual.</summary>
    public static void MatchFile(string path, string actual)
    {
        if (Environment.GetEnvironmentVariable("UPDATE_GOLDEN") == "1")
        {
            Directory.CreateDirectory(Path.GetDirectoryName(path)!);
            File.WriteAllText(path, actual);
        }

        Assert.True(File.Exists(path), $"{path} is missing: run with UPDATE_GOLDEN=1 and read what it writes.");
        Assert.Equal(File.ReadAllText(path).ReplaceLineEndings("\n"), actual);
    }

    /// <summary>The folder of the repository.</summary>
    public static string Root([CallerFilePath] string caller = "")
    {
        var folder = Path.GetDirectoryName(caller)!;
        while (!File.Exists(Path.Combine(folder, "Cordwain.slnx")))
            folder = Path.GetDirectoryName(folder)!;
        return folder;
    }
}
