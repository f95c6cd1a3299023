using System.Text.RegularExpressions;
using Cordwain.Protocols.Wire;

namespace Cordwain.Architecture.Tests;

/// <summary>What the documents promise about the code.</summary>
public sealed partial class DocumentationTests
{
    [Fact]
    public void Every_public_code_has_a_page_and_every_page_a_code()
    {
        var used = Repository.Sources.SelectMany(file => CodeInSource().Matches(File.ReadAllText(file)).Select(match => match.Groups[1].Value))
            .Concat(Enum.GetValues<WireFault>().Where(fault => fault != WireFault.None).Select(fault => $"CW{(int)fault}"))
            .Distinct().Order(StringComparer.Ordinal);
        var pages = Repository.Files("docs/errors", "CW*.md").Select(file => Path.GetFileNameWithoutExtension(file)).Order(StringComparer.Ordinal);
        Assert.Equal(used, pages);
    }

    [Fact]
    public void Links_between_documents_lead_somewhere()
    {
        var dead = from document in Repository.Files(".", "*.md")
                   from Match link in Link().Matches(File.ReadAllText(document))
                   let target = link.Groups[1].Value
                   where !target.Contains("://", StringComparison.Ordinal) && !target.StartsWith('#') && !target.StartsWith("mailto:", StringComparison.Ordinal)
                   let file = Path.GetFullPath(Path.Combine(Path.GetDirectoryName(document)!, target.Split('#')[0]))
                   where !File.Exists(file) && !Directory.Exists(file)
                   select $"{Repository.Relative(document)}: {target}";
        Assert.Empty(dead);
    }

    [Fact]
    public void Symbols_that_the_architecture_names_exist()
    {
        var sources = string.Join('\n', Repository.Sources.Select(File.ReadAllText));
        var missing = Symbol().Matches(File.ReadAllText(Path.Combine(Repository.Root, "ARCHITECTURE.md")))
            .Select(match => match.Groups[1].Value).Distinct()
            .Where(symbol => !Regex.IsMatch(sources, $@"\b{symbol}\b", RegexOptions.None, TimeSpan.FromSeconds(5)));
        Assert.Empty(missing);
    }

    [Fact]
    public void The_architecture_fits_150_lines() =>
        Assert.InRange(File.ReadLines(Path.Combine(Repository.Root, "ARCHITECTURE.md")).Count(), 1, 150);

    [GeneratedRegex(@"(?<![A-Za-z0-9])(CW[1-9]\d{3})(?!\d)", RegexOptions.None, 1000)]
    private static partial Regex CodeInSource();

    [GeneratedRegex(@"\]\(([^)\s]+)\)", RegexOptions.None, 1000)]
    private static partial Regex Link();

    /// <summary>A type name in backticks: <c>`BootDecider`</c>, <c>`BootDecider.Decide`</c>.</summary>
    [GeneratedRegex(@"`([A-Z][a-z]+(?:[A-Z][A-Za-z0-9]*)+)(?:\.[A-Z][A-Za-z]*)?`", RegexOptions.None, 1000)]
    private static partial Regex Symbol();
}
