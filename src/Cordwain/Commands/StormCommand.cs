using System.Collections.Immutable;
using System.CommandLine;
using System.Text.Json;
using Cordwain.Protocols.Wire;
using Cordwain.Server.Hosting;
using Cordwain.Storm;
using Spectre.Console;

namespace Cordwain.Commands;

/// <summary><c>cordwain storm</c>: many machines boot at once against a server, ours or another, to see how it does.</summary>
static class StormCommand
{
    public static Command Create()
    {
        var options = new StormOptions();
        var json = CommonOptions.Json();
        var command = new Command("storm", "Boot many synthetic machines against any server and measure it: boots per second, time to menu, failures");
        foreach (var option in options.All)
            command.Add(option);
        command.Add(json);
        command.SetAction((parsed, stop) => Storm(options, parsed, parsed.GetValue(json), stop));
        return command;
    }

    static async Task<int> Storm(StormOptions options, ParseResult parsed, bool json, CancellationToken stop)
    {
        if (options.Read(parsed, NetworkDevices.Read(), out var wrong) is not { } plan)
        {
            Console.Error.WriteLine(wrong);
            Console.Error.WriteLine("'cordwain storm --help' shows what there is.");
            return ExitCode.CouldNot;
        }

        // While it runs the console belongs to people; standard output, with --json, to programs.
        Console.Error.WriteLine(StormPlanText.Of(plan));
        try
        {
            using var run = new StormRun(plan);
            var storm = Task.Run(() => run.Run(stop), CancellationToken.None);
            await new StormDisplay(run, Console.Error).Show(Console.IsErrorRedirected ? null : AnsiConsole.Create(new() { Out = new AnsiConsoleOutput(Console.Error) }), storm);
            var report = await storm;
            if (json)
                Console.WriteLine(JsonSerializer.Serialize(report, StormJson.Default.StormReport));
            else
            {
                foreach (var line in StormReportText.Lines(report))
                    Console.WriteLine(line);
            }

            return report.Failed == 0 && report.Machines == plan.Machines ? ExitCode.Success : ExitCode.Found;
        }
        catch (ProblemException e)
        {
            Console.Error.WriteLine(e.Problem);
            return ExitCode.CouldNot;
        }
    }
}
