using System.CommandLine;
using System.Globalization;
using System.Text.Json;
using Cordwain.Server.Api;
using Spectre.Console;

namespace Cordwain.Commands;

/// <summary><c>cordwain leases</c>: who holds which address.</summary>
static class LeasesCommand
{
    public static Command Create()
    {
        var data = CommonOptions.Data();
        var json = CommonOptions.Json();
        var command = new Command("leases", "The addresses that are given, and to whom") { data, json };
        command.SetAction((parsed, stop) => List(parsed.GetValue(data)!, parsed.GetValue(json), stop));
        return command;
    }

    static async Task<int> List(DirectoryInfo data, bool json, CancellationToken stop)
    {
        using var client = new ControlClient(data);
        var leases = await client.Get("leases", ControlJson.Default.IReadOnlyListLeaseItem, stop) ?? [];
        if (json)
        {
            Console.WriteLine(JsonSerializer.Serialize(leases, ControlJson.Default.IReadOnlyListLeaseItem));
            return ExitCode.Success;
        }

        if (leases.Count == 0)
        {
            Console.WriteLine("No address is given.");
            return ExitCode.Success;
        }

        var table = new Table().Border(TableBorder.None).AddColumns("ADDRESS", "NETWORK", "MACHINE", "NAME", "STATE", "UNTIL");
        foreach (var lease in leases)
        {
            table.AddRow(
                lease.Address, Markup.Escape(lease.Network ?? "-"), Markup.Escape(lease.Mac ?? lease.Client), Markup.Escape(lease.HostName ?? "-"), lease.State,
                lease.Expires?.ToLocalTime().ToString("yyyy-MM-dd HH:mm:ss", CultureInfo.InvariantCulture) ?? "for ever");
        }

        AnsiConsole.Write(table);
        return ExitCode.Success;
    }
}
