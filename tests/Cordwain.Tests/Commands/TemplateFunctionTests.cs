using Cordwain.Tests.Support;
using Scriban.Functions;

namespace Cordwain.Tests.Commands;

/// <summary>Templates call functions by name, which nobody sees who compiles the program: none may be left out of it.</summary>
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
    public async Task A_function_gives_in_the_program_what_it_should(string call, string result) =>
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
