using System.Reflection.Metadata;
using System.Reflection.PortableExecutable;
using System.Text;
using System.Text.RegularExpressions;

namespace Cordwain.Architecture.Tests;

/// <summary>The dependency rule of ARCHITECTURE.md, read from the compiled assemblies.</summary>
public sealed partial class DependencyRuleTests
{
    /// <summary>Types that let code wait, look at the world or change it. Members such as <c>DateTime.UtcNow</c> are in BannedSymbols.txt, and Environment, which compiled iterators use.</summary>
    static readonly string[] Impure =
    [
        "System.Net.Sockets.Socket", "System.IO.File", "System.IO.FileStream", "System.IO.Directory",
        "System.TimeProvider", "System.Random", "System.Threading.Thread", "System.Threading.Tasks.Task", "System.Diagnostics.Stopwatch",
    ];

    public static TheoryData<string, string[]> Layers => new()
    {
        // project       what of ours it may use
        { "Protocols",  [] },
        { "Boot",       ["Protocols"] },
        { "Content",    ["Protocols", "Boot"] },
        { "Management", ["Protocols", "Boot", "Content"] },
        { "Storage",    ["Protocols", "Boot", "Content", "Management"] },
        { "Server",     ["Protocols", "Boot", "Content", "Management"] },
    };

    [Theory, MemberData(nameof(Layers))]
    public void Depends_only_inward(string project, string[] allowed)
    {
        using var file = Open(project);
        var metadata = file.GetMetadataReader();
        var ours = metadata.AssemblyReferences.Select(reference => metadata.GetString(metadata.GetAssemblyReference(reference).Name))
            .Where(name => name.StartsWith("Cordwain.", StringComparison.Ordinal) || name == "cordwain");
        Assert.Empty(ours.Except(allowed.Select(name => "Cordwain." + name)));
    }

    [Theory, InlineData("Protocols"), InlineData("Boot")]
    public void Is_pure(string project) => Assert.Empty(TypesUsedBy(project).Intersect(Impure));

    [Theory, InlineData("Management"), InlineData("Storage")]
    public void Opens_no_socket(string project) => Assert.DoesNotContain("System.Net.Sockets.Socket", TypesUsedBy(project));

    [Theory, InlineData("Protocols"), InlineData("Boot"), InlineData("Content"), InlineData("Management"), InlineData("Server")]
    public void Speaks_no_sql(string project) =>
        Assert.DoesNotContain(TypesUsedBy(project), type => type.StartsWith("Microsoft.Data.", StringComparison.Ordinal));

    [Fact]
    public void Native_calls_stand_in_folders_of_their_own() =>
        Assert.Empty(Repository.Sources
            .Where(file => Path.GetFileName(Path.GetDirectoryName(file)) is not ("Linux" or "Native"))
            .Where(file => LibraryImport().IsMatch(File.ReadAllText(file)))
            .Select(Repository.Relative));

    [Fact]
    public void The_drawn_graph_is_the_real_one()
    {
        var drawn = new StringBuilder("```mermaid\ngraph LR\n");
        foreach (var project in Repository.Files("src", "*.csproj"))
        {
            var from = Path.GetFileNameWithoutExtension(project).Replace("Cordwain.", "", StringComparison.Ordinal);
            foreach (Match reference in ProjectReference().Matches(File.ReadAllText(project)))
                drawn.Append($"    {from} --> {reference.Groups[1].Value}\n");
        }

        drawn.Append("```\n");
        Assert.Contains(drawn.ToString(), File.ReadAllText(Path.Combine(Repository.Root, "ARCHITECTURE.md")), StringComparison.Ordinal);
    }

    static string[] TypesUsedBy(string project)
    {
        using var file = Open(project);
        var metadata = file.GetMetadataReader();
        return [.. metadata.TypeReferences.Select(metadata.GetTypeReference)
            .Select(type => $"{metadata.GetString(type.Namespace)}.{metadata.GetString(type.Name)}")];
    }

    static PEReader Open(string project) => new(File.OpenRead(Path.Combine(AppContext.BaseDirectory, $"Cordwain.{project}.dll")));

    [GeneratedRegex(@"\[(LibraryImport|DllImport)\(", RegexOptions.None, 1000)]
    private static partial Regex LibraryImport();

    [GeneratedRegex(@"ProjectReference Include=""[^""]*/Cordwain\.([A-Za-z]+)\.csproj""", RegexOptions.None, 1000)]
    private static partial Regex ProjectReference();
}
