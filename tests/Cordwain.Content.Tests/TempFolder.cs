using System.Text;

namespace Cordwain.Content.Tests;

/// <summary>A folder of a test's own, gone after it.</summary>
sealed class TempFolder : IDisposable
{
    public string Path { get; } = Directory.CreateTempSubdirectory("cordwain-").FullName;

    public string this[string name] => System.IO.Path.Join(Path, name);

    public string Write(string name, string text) => Write(name, Encoding.UTF8.GetBytes(text));

    public string Write(string name, byte[] bytes)
    {
        Directory.CreateDirectory(System.IO.Path.GetDirectoryName(this[name])!);
        File.WriteAllBytes(this[name], bytes);
        return this[name];
    }

    public void Dispose() => Directory.Delete(Path, recursive: true);
}

static class Contents
{
    public static async Task<byte[]> ReadAllAsync(BootContent content, int chunk = 64 * 1024)
    {
        var all = new MemoryStream();
        var buffer = new byte[chunk];
        while (await content.ReadAsync(all.Length, buffer, TestContext.Current.CancellationToken) is > 0 and var read)
            all.Write(buffer, 0, read);
        return all.ToArray();
    }

    public static async Task<string> ReadTextAsync(BootContent content) => Encoding.UTF8.GetString(await ReadAllAsync(content));

    /// <summary>Bytes in which every place is recognizable.</summary>
    public static byte[] Pattern(int length, int seed = 0)
    {
        var bytes = new byte[length];
        new Random(seed).NextBytes(bytes);
        return bytes;
    }
}
