using System.CommandLine;
using Cordwain.Hosting;
using Cordwain.Management;
using Cordwain.Management.Check;
using Cordwain.Management.Configuration;
using Cordwain.Protocols.Wire;
using Cordwain.Server.Api;
using Cordwain.Server.Hosting;

namespace Cordwain.Commands.Check;

/// <summary><c>cordwain check</c>: what of the configuration, and of this machine, would keep boots from going well. Changes nothing.</summary>
/// <remarks>Packets are sent only into networks where the configuration has us give addresses: one question, who else does.</remarks>
static class CheckCommand
{
    public static Command Create()
    {
        var config = CommonOptions.Config();
        var data = CommonOptions.Data();
        var json = CommonOptions.Json();
        json.Description = "Print JSON instead of text.";
        var notes = new Option<bool>("--notes") { Description = "Show every note, also where there are many." };
        var command = new Command("check", "What is wrong with the configuration, this machine, its loaders and your scripts, and how to mend it")
        {
            config, data, json, notes,
            new Option<bool>("--no-install") { Description = "Install nothing by apt-get (read by ./cordwain)." },
        };
        command.SetAction((parsed, stop) => Check(CommonOptions.ConfigFile(parsed.GetValue(config)), parsed.GetValue(data)!, parsed.GetValue(json), parsed.GetValue(notes), stop));
        return command;
    }

    static async Task<int> Check(string? file, DirectoryInfo data, bool json, bool notes, CancellationToken stop)
    {
        var devices = NetworkDevices.Read();
        var running = await Running(data, stop);
        var result = new ConfigurationSource(file, data.FullName, () => devices, (_, _) => false, TimeProvider.System).Load();
        List<(string, Ipv4Network)> links = [.. from device in devices where device.IsUp from address in device.Addresses select (device.Name, address.Network)];
        var report = ConfigurationCheck.Run(result, new LinuxHost(links), new OtherServersCheck(devices, running is not null));
        var subject = new CheckedServer(file, running, result);
        if (json)
            Console.WriteLine(CheckText.Json(report, subject));
        else
            CheckText.Print(report, subject, notes, Console.Out);
        return report.HasErrors ? ExitCode.Found : ExitCode.Success;
    }

    static async Task<ServerStatus?> Running(DirectoryInfo data, CancellationToken stop)
    {
        using var client = new ControlClient(data);
        try
        {
            return await client.Get("status", ControlJson.Default.ServerStatus, stop);
        }
        catch (NoServerException)
        {
            return null;
        }
    }
}

/// <summary>What was looked at.</summary>
/// <param name="File">Null: there is no configuration.</param>
/// <param name="Running">The server on the data folder; null when none answers.</param>
sealed record CheckedServer(string? File, ServerStatus? Running, ConfigurationResult Configuration)
{
    /// <summary>The running server has read something else.</summary>
    public bool RunsAnother => Running is { } running && Configuration.Catalog is { } catalog && running.Revision != catalog.Revision;
}
