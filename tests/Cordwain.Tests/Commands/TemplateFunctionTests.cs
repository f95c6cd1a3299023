using Cordwain.Tests.Support;
using Scriban.Functions;

namespace Cordwain.Tests.Commands;

/// <summary>What templates call is found by its name while they run, which the compiler of the program does not see: nothing may be left out.</summary>
public sealed class TemplateFunctionTests : IDisposable
{
    const string Missing = "Cannot get member with name";

    readonly TestFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task The_program_has_every_function()
    {
        string[] names = [.. new StringFunctions().Keys.Select(name => "string." + name), .. new ArrayFunctions().Keys.Select(name => "array." + name)];
        Assert.Contains("string.index_of", names);

        var menu = await Menu([.. names.Select(name => $"{{{{ {name} }}}}"), "{{ string.of_nobody }}"]);

        Assert.Equal([$"{Missing} of_nobody"], menu.Where(line => line.Contains(Missing, StringComparison.Ordinal)).Select(line => line[line.IndexOf(Missing, StringComparison.Ordinal)..].TrimEnd('.')));
    }

    [Theory]
    [InlineData("string.slice \"abcd\" 1 2", "bc")]
    [InlineData("string.index_of \"abc\" \"c\"", "2")]
    [InlineData("[1, 2, 3] | array.limit 2 | array.join \"-\"", "1-2")]
    [InlineData("[2, 1] | array.sort | array.each @string.to_int | array.join \"-\"", "1-2")]
    [InlineData("x = {disk: \"sda\"}; for p in x; p.key + \"=\" + p.value; end", "disk=sda")]
    [InlineData("{b: 1, a: 2} | array.sort \"key\" | array.map \"key\" | array.join \"-\"", "a-b")]
    [InlineData("\"a\" | string.pad_left width: 3 | string.strip", "a")]
    [InlineData("for i in 1..3; i; for.index; end", "102132")]
    public async Task A_call_gives_in_the_program_what_it_should(string call, string result) =>
        Assert.Contains(await Menu([$"x={{{{ {call} }}}}"]), line => line.Contains($"/kernel x={result} ", StringComparison.Ordinal));

    /// <summary>The lines of a menu that has an entry for each of the arguments.</summary>
    async Task<string[]> Menu(string[] arguments)
    {
        _folder.Write("files/kernel", "");
        _folder.Write("cordwain.yaml", $$"""
            files: {{_folder.Path}}/files
            networks:
              lab: { subnet: 198.51.100.0/24, dhcp: server, pool: 198.51.100.50-198.51.100.99 }
            menu:
              entries: [{{string.Join(", ", arguments.Select((_, i) => $"e{i}"))}}]
            images:
            {{string.Join("\n", arguments.Select((text, i) => $"  e{i}: {{ kernel: kernel, args: '{text}' }}"))}}
            """);
        var result = await CommandLine.Run(_folder.Path, "explain", "--data", _folder.Data, "--mac", "52:54:00:00:00:01", "--server", "198.51.100.1", "--file", "menu.ipxe");
        Assert.True(result.ExitCode == 0, result.Error);
        return result.Output.Split('\n');
    }
}
