using System.CommandLine;
using System.Globalization;
using Cordwain.Management.Configuration;
using Cordwain.Server.Api;

namespace Cordwain.Commands;

/// <summary><c>cordwain reload</c>: has the server read its configuration now, and shows what it thinks of it.</summary>
static class ReloadCommand
{
    public static Command Create()
    {
        var data = CommonOptions.Data();
        var command = new Command("reload", "Read the configuration again now (the server also notices by itself)") { data };
        command.SetAction((parsed, stop) => Reload(parsed.GetValue(data)!, stop));
        return command;
    }

    static async Task<int> Reload(DirectoryInfo data, CancellationToken stop)
    {
        using var client = new ControlClient(data);
        var result = await client.Post("reload", ControlJson.Default.ReloadResult, stop);
        foreach (var problem in result.Problems)
        {
            var place = problem.File is null ? "" : string.Create(CultureInfo.InvariantCulture, $"{problem.File}:{problem.Line}:{problem.Column}: ");
            Console.Error.WriteLine($"{place}{problem.Severity} {problem.Code}: {problem.Message}{(problem.Fix is null ? "" : " " + problem.Fix)}");
        }

        var refused = result.Problems.Any(problem => problem.Severity == "error");
        var failed = result.Problems.Any(problem => problem.Code == ConfigurationWatcher.Fault);
        Console.WriteLine(failed && result.Changed ? $"Revision {result.Revision} is in force, perhaps not all of it."
            : failed ? $"The configuration was not taken; revision {result.Revision} stays in force."
            : refused ? "The configuration was refused; the old one stays in force."
            : result.Changed ? $"The new configuration is in force (revision {result.Revision})."
            : $"Nothing has changed (revision {result.Revision}).");
        return refused ? ExitCode.Found : ExitCode.Success;
    }
}
