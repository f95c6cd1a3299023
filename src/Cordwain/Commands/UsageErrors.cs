using System.CommandLine;
using Cordwain.Protocols.Wire;

namespace Cordwain.Commands;

/// <summary>What is wrong with the words of a command line, and where the right ones are listed.</summary>
static class UsageErrors
{
    public static void Print(ParseResult parsed, TextWriter output)
    {
        var command = parsed.CommandResult.Command;
        foreach (var message in parsed.Errors.Select(error => error.Message).Distinct())
            output.WriteLine(message);

        var known = command.Subcommands.Select(verb => verb.Name).Concat(command.Options.SelectMany(option => option.Aliases.Append(option.Name))).ToArray();
        foreach (var word in parsed.UnmatchedTokens)
        {
            if (NearNames.Nearest(word, known) is { } near)
                output.WriteLine($"Did you mean '{near}'?");
        }

        output.WriteLine($"'{PathOf(command)} --help' shows what there is.");
    }

    static string PathOf(Symbol command) =>
        command is RootCommand || command.Parents.FirstOrDefault() is not { } parent ? "cordwain" : $"{PathOf(parent)} {command.Name}";
}
