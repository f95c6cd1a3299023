namespace Cordwain.Tests.Support;

/// <summary>A folder of a test's own, with the files it needs.</summary>
sealed class TestFolder : IDisposable
{
    readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("cw-test-");

    public string Path => _folder.FullName;

    public string Data => System.IO.Path.Combine(Path, "data");

    public string Write(string name, string text)
    {
        var path = System.IO.Path.Combine(Path, name);
        Directory.CreateDirectory(System.IO.Path.GetDirectoryName(path)!);
        File.WriteAllText(path, text);
        return path;
    }

    public Task<CommandResult> Run(params string[] arguments) => CommandLine.Run(Path, arguments);

    /// <summary>A text with this folder's path taken out of it.</summary>
    public string Plain(string text) => text.Replace(Path + "/", "", StringComparison.Ordinal).Replace(Path, "FOLDER", StringComparison.Ordinal);

    public void Dispose() => _folder.Delete(true);
}
