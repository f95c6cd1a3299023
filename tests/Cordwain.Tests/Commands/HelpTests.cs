using Cordwain.Tests.Support;

namespace Cordwain.Tests.Commands;

/// <summary>What the program says about itself, and what it does with words it does not know.</summary>
public sealed class HelpTests : IDisposable
{
    readonly TestFolder _folder = new();

    public static TheoryData<string> Verbs => ["", "serve", "demo", "check", "boots", "boots show", "boots follow", "explain", "import", "leases", "reload", "storm"];

    public void Dispose() => _folder.Dispose();

    [Theory, MemberData(nameof(Verbs))]
    public async Task Every_verb_has_help(string verb)
    {
        var words = verb.Split(' ', StringSplitOptions.RemoveEmptyEntries);
        var help = await _folder.Run([.. words, "--help"]);
        Assert.Equal(0, help.ExitCode);
        Assert.Empty(help.Error);
        Golden.Match($"help{string.Concat(words.Select(word => "-" + word))}.txt", help.Output);
    }

    [Fact]
    public async Task The_help_tests_know_every_verb()
    {
        var help = await _folder.Run("--help");
        Assert.Equal(VerbsOf(help.Output), Verbs.Select(row => row.Data.Split(' ')[0]).Where(verb => verb.Length > 0).Distinct());
    }

    [Fact]
    public async Task Without_a_verb_the_help_is_shown()
    {
        var bare = await _folder.Run();
        var help = await _folder.Run("--help");
        Assert.Equal(0, bare.ExitCode);
        Assert.Equal(help.Output, bare.Output);
    }

    [Theory]
    [InlineData("serv", "serve")]
    [InlineData("serve --confg x", "--confg")]
    [InlineData("boots show", "boots show --help")]
    [InlineData("boots show twelve", "twelve")]
    [InlineData("boots --most many", "many")]
    [InlineData("check --config", "--config")]
    [InlineData("explain --boot x", "x")]
    public async Task What_it_does_not_understand_is_named_and_ends_with_2(string line, string named)
    {
        var result = await _folder.Run(line.Split(' '));
        Assert.Equal(2, result.ExitCode);
        Assert.Contains(named, result.Error, StringComparison.Ordinal);
        Assert.Contains("--help", result.Error, StringComparison.Ordinal);
        Assert.Empty(result.Output);
    }

    [Theory]
    [InlineData("boots")]
    [InlineData("boots show 1")]
    [InlineData("boots follow")]
    [InlineData("leases")]
    [InlineData("reload")]
    [InlineData("explain --boot 1")]
    public async Task Without_a_server_it_ends_with_3_and_names_the_socket(string line)
    {
        var result = await _folder.Run([.. line.Split(' '), "--data", _folder.Data]);
        Assert.Equal(3, result.ExitCode);
        Assert.Contains(Path.Combine(_folder.Data, "control.sock"), result.Error, StringComparison.Ordinal);
        Assert.Contains("cordwain serve", result.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_manual_of_the_command_line_names_every_verb_and_option()
    {
        var manual = await File.ReadAllTextAsync(Path.Combine(CommandLine.Repository, "docs/guide/command-line.md"), TestContext.Current.CancellationToken);
        foreach (var verb in Verbs.Select(row => row.Data).Where(verb => verb.Length > 0))
        {
            Assert.Contains($"`{verb}", manual, StringComparison.Ordinal);
            var help = await _folder.Run([.. verb.Split(' '), "--help"]);
            var options = help.Output.Split('\n').Select(line => line.Trim().Split(' ', ',')).SelectMany(words => words.Where(word => word.StartsWith("--", StringComparison.Ordinal))).Distinct();
            Assert.All(options.Where(option => option is not ("--help" or "--version")), option => Assert.Contains(option, manual, StringComparison.Ordinal));
        }
    }

    /// <summary>The first words of the lines below "Commands:".</summary>
    static IEnumerable<string> VerbsOf(string help) =>
        help.Split('\n').SkipWhile(line => line != "Commands:").Skip(1).TakeWhile(line => line.StartsWith("  ", StringComparison.Ordinal)).Select(line => line.Trim().Split(' ')[0]);
}
