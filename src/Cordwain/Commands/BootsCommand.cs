using System.CommandLine;
using System.Globalization;
using System.Text.Json;
using Cordwain.Boot.Journal;
using Cordwain.Server.Api;
using Spectre.Console;

namespace Cordwain.Commands;

/// <summary><c>cordwain boots</c>, <c>boots show ID</c>, <c>boots follow</c>: what machines did, and why they got what they got.</summary>
static class BootsCommand
{
    public static Command Create()
    {
        var data = CommonOptions.Data();
        var json = CommonOptions.Json();
        data.Recursive = json.Recursive = true;
        var most = new Option<int>("--most") { Description = "How many, newest first.", DefaultValueFactory = _ => 20 };
        var machine = new Option<string?>("--machine") { Description = "Only this machine's: a MAC address or UUID.", HelpName = "MAC" };
        var id = new Argument<long>("ID") { Description = "The boot's number from the list." };
        var why = new Option<bool>("--why") { Description = "With the reasons of every decision." };

        var show = new Command("show", "One boot, line by line") { id, why };
        show.SetAction((parsed, stop) => Show(parsed.GetValue(data)!, parsed.GetValue(id), parsed.GetValue(why), parsed.GetValue(json), stop));
        var follow = new Command("follow", "What happens from now on, until Ctrl-C") { why };
        follow.SetAction((parsed, stop) => Follow(parsed.GetValue(data)!, parsed.GetValue(why), parsed.GetValue(json), stop));

        var command = new Command("boots", "The machines' boots as timelines") { data, json, most, machine, show, follow };
        command.SetAction((parsed, stop) => List(parsed.GetValue(data)!, parsed.GetValue(most), parsed.GetValue(machine), parsed.GetValue(json), stop));
        return command;
    }

    static async Task<int> List(DirectoryInfo data, int most, string? machine, bool json, CancellationToken stop)
    {
        using var client = new ControlClient(data);
        var query = string.Create(CultureInfo.InvariantCulture, $"boots?most={most}") + (machine is null ? "" : "&machine=" + Uri.EscapeDataString(machine));
        var boots = await client.Get(query, ControlJson.Default.IReadOnlyListBootItem, stop) ?? [];
        if (json)
        {
            Console.WriteLine(JsonSerializer.Serialize(boots, ControlJson.Default.IReadOnlyListBootItem));
            return ExitCode.Success;
        }

        if (boots.Count == 0)
        {
            Console.WriteLine("No machine has booted yet.");
            return ExitCode.Success;
        }

        var table = new Table().Border(TableBorder.None).AddColumns("BOOT", "STARTED", "MACHINE", "ADDRESS", "FIRMWARE", "BYTES", "LAST");
        foreach (var boot in boots)
        {
            table.AddRow(
                boot.Id.ToString(CultureInfo.InvariantCulture), Time(boot.Started), Text(boot.Machine), Text(boot.Address ?? "-"), Text(boot.Firmware ?? "-"),
                BootEventText.Size(boot.Bytes), Text(boot.Stage));
        }

        AnsiConsole.Write(table);
        return ExitCode.Success;
    }

    static async Task<int> Show(DirectoryInfo data, long id, bool why, bool json, CancellationToken stop)
    {
        using var client = new ControlClient(data);
        var path = string.Create(CultureInfo.InvariantCulture, $"boots/{id}");
        if (await client.Get(path, ControlJson.Default.BootDetail, stop) is not { } detail)
        {
            Console.Error.WriteLine($"There is no boot {id}. 'cordwain boots' lists those that are kept.");
            return ExitCode.Found;
        }

        if (json)
        {
            Console.WriteLine(JsonSerializer.Serialize(detail, ControlJson.Default.BootDetail));
            return ExitCode.Success;
        }

        var boot = detail.Boot;
        Console.WriteLine($"Boot {boot.Id} of {boot.Machine}{(boot.Uuid is null ? "" : $" ({boot.Uuid})")}, {boot.Firmware ?? "firmware not told"}, started {Time(boot.Started)}");
        foreach (var line in detail.Lines)
            Print(line, boot.Started, why);
        return ExitCode.Success;
    }

    static async Task<int> Follow(DirectoryInfo data, bool why, bool json, CancellationToken stop)
    {
        using var client = new ControlClient(data);
        try
        {
            await foreach (var text in client.Lines("boots/follow", stop))
            {
                if (json)
                    Console.WriteLine(text);
                else if (JsonSerializer.Deserialize(text, ControlJson.Default.BootLine) is { } line)
                {
                    Console.Write($"{Time(line.At)} #{line.Boot} {line.Machine}");
                    Print(line, null, why);
                }
            }
        }
        catch (OperationCanceledException)
        {
            return ExitCode.Success;   // Ctrl-C is how following ends
        }

        Console.Error.WriteLine("The server has stopped.");
        return ExitCode.NoServer;
    }

    public static void Print(BootLine line, DateTimeOffset? started, bool why)
    {
        var offset = started is { } start ? string.Create(CultureInfo.InvariantCulture, $"{(line.At - start).TotalSeconds,8:0.000} s") : "";
        Console.WriteLine($"{offset}  {line.Text}");
        if (!why)
            return;
        foreach (var reason in line.Detail)
            Console.WriteLine($"              {reason}");
    }

    static string Time(DateTimeOffset at) => at.ToLocalTime().ToString("yyyy-MM-dd HH:mm:ss", CultureInfo.InvariantCulture);

    static string Text(string text) => Markup.Escape(text);
}
