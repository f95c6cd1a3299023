using System.Runtime.CompilerServices;

namespace Cordwain.Tests.Support;

/// <summary>Compares text with a file under <c>golden/</c>. Run with <c>UPDATE_GOLDEN=1</c> to rewrite it, then read the diff.</summary>
static class Golden
{
    public static void Match(string name, string actual, [CallerFilePath] string caller = "")
    {
        var path = Path.Combine(Path.GetDirectoryName(caller)!, "golden", name);
        if (Environment.GetEnvironmentVariable("UPDATE_GOLDEN") == "1")
        {
            Directory.CreateDirectory(Path.GetDirectoryName(path)!);
            File.WriteAllText(path, actual);
        }

        Assert.True(File.Exists(path), $"There is no {path}; run with UPDATE_GOLDEN=1 and read what it writes.");
        Assert.Equal(File.ReadAllText(path), actual);
    }
}
