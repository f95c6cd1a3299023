using System.Runtime.CompilerServices;
using Cordwain.Management.Import;

namespace Cordwain.Management.Tests.Import;

/// <summary>The configurations of <c>tests/vectors/import</c>.</summary>
static class Samples
{
    public static IEnumerable<string> Names => Directory.GetFiles(Folder()).Select(path => Path.GetFileName(path)!).Where(name => name != "README.md").Order(StringComparer.Ordinal);

    public static ImportSource Source(string name)
    {
        var text = File.ReadAllText(Path.Combine(Folder(), name));
        return new(ImportFormats.Detect(name, text)!.Value, name, text);
    }

    public static ImportResult Import(params string[] names) => ConfigurationImport.Read([.. names.Select(Source)]);

    /// <summary>One text, as if it were a file.</summary>
    public static ImportResult Of(ImportFormat format, string text) => ConfigurationImport.Read([new(format, "file", text)]);

    static string Folder([CallerFilePath] string caller = "") => Path.GetFullPath(Path.Combine(Path.GetDirectoryName(caller)!, "../../vectors/import"));
}
