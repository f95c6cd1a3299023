using System.CommandLine;
using System.Diagnostics;
using Cordwain.Emulation;
using Cordwain.Server.Api;

namespace Cordwain.Commands;

/// <summary><c>cordwain demo</c>: an emulated machine boots against a server in a private network, its screen in this terminal. Nothing is left behind.</summary>
static class DemoCommand
{
    const string Bridge = "lan0", Address = "10.77.0.1";

    static readonly TimeSpan BootLimit = TimeSpan.FromSeconds(90), ShowFor = TimeSpan.FromSeconds(8);

    public static Command Create()
    {
        var command = new Command("demo", "Boot an emulated machine against a private server, to see it work (touches no real network)")
        {
            new Option<bool>("--no-install") { Description = "Install nothing by apt-get (read by ./cordwain)." },
        };
        command.SetAction((_, stop) => Demo(stop));
        return command;
    }

    static async Task<int> Demo(CancellationToken stop)
    {
        if (Missing() is { } missing)
        {
            Console.Error.WriteLine(missing);
            return ExitCode.CouldNot;
        }

        var folder = Directory.CreateTempSubdirectory("cordwain-demo-").FullName;
        try
        {
            using var network = new PrivateNetwork("demo");
            network.AddLink(Bridge, Address + "/24");
            using var server = await StartServer(network, folder, stop);
            try
            {
                var booted = await ShowMachine(network, stop);
                await ShowTimeline(new(Path.Combine(folder, "data")), stop);
                Console.WriteLine(booted
                    ? "That was a boot: './cordwain serve' does the same for the machines on your network."
                    : "The machine did not get as far as the memory test; the lines above say how far.");
                return booted ? ExitCode.Success : ExitCode.Found;
            }
            finally
            {
                server.Kill(entireProcessTree: true);
                await server.WaitForExitAsync(CancellationToken.None);
            }
        }
        catch (PrivateNetworkException e)
        {
            Console.Error.WriteLine($"The demo needs a private network, and this machine refuses one: {e.Message}.");
            Console.Error.WriteLine("In a container, start that with --privileged; a chroot must be a mount point of its own. Or run the demo on the host.");
            return ExitCode.CouldNot;
        }
        catch (OperationCanceledException)
        {
            return ExitCode.Success;   // Ctrl-C
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    static string? Missing() =>
        !OperatingSystem.IsLinux() ? "The demo needs Linux: it builds a private network of namespaces."
        : !Environment.IsPrivilegedProcess ? "The demo needs root: it builds a private network of namespaces. Run it with sudo."
        : !OnPath("qemu-system-x86_64") ? "The demo needs an emulator: apt-get install qemu-system-x86 ipxe-qemu."
        : !OnPath("ip") ? "The demo needs network namespaces: apt-get install iproute2."
        : null;

    static bool OnPath(string program) =>
        (Environment.GetEnvironmentVariable("PATH") ?? "").Split(':').Append("/usr/sbin").Append("/sbin").Any(folder => File.Exists(Path.Combine(folder, program)));

    static async Task<Process> StartServer(PrivateNetwork network, string folder, CancellationToken stop)
    {
        var configuration = Path.Combine(folder, "cordwain.yaml");
        await File.WriteAllTextAsync(configuration, """
            networks:
              demo:
                subnet: 10.77.0.0/24
                dhcp: server
                pool: 10.77.0.100-10.77.0.200
                force: true       # nobody else can be in this private network
                probe: false
            menu:
              title: Cordwain demo
              timeout: 10s
              default: memtest
              entries: [memtest, local, shell]
            images:
              memtest:
                title: Memory test
                kernel: loader:memtest86+x64.bin
                args: console=ttyS0,115200
            """, stop);

        Console.WriteLine("Starting a server in a private network ...");
        var program = Environment.ProcessPath ?? throw new InvalidOperationException("The path of this program is not known.");
        var server = network.Start(null, program, "serve", "--config", configuration, "--data", Path.Combine(folder, "data"), "--no-install");
        server.StandardInput.Close();
        var seen = new List<string>();
        while (await server.StandardError.ReadLineAsync(stop) is { } line)
        {
            seen.Add(line);
            if (line.Contains("Cordwain is ready", StringComparison.OrdinalIgnoreCase))
            {
                _ = server.StandardError.BaseStream.CopyToAsync(Stream.Null, CancellationToken.None);
                _ = server.StandardOutput.BaseStream.CopyToAsync(Stream.Null, CancellationToken.None);
                return server;
            }
        }

        throw new InvalidOperationException("The server did not start:\n" + string.Join('\n', seen));
    }

    /// <returns>False when the machine did not start its memory test in time.</returns>
    static async Task<bool> ShowMachine(PrivateNetwork network, CancellationToken stop)
    {
        Console.WriteLine("Switching a machine on; its first screen takes some seconds. Keys go to the machine; Ctrl-C ends.");
        using var screen = new MachineScreen();
        using var machine = EmulatedMachine.PowerOn(network, Bridge, new(EmulatedFirmware.Bios, "52:54:00:12:34:56"));
        machine.Output += screen.Show;
        screen.KeysTo(machine);
        try
        {
            await machine.WaitFor("Memtest86+", BootLimit).WaitAsync(stop);
            await Task.Delay(ShowFor, stop);
            return true;
        }
        catch (TimeoutException)
        {
            return false;
        }
    }

    static async Task ShowTimeline(DirectoryInfo data, CancellationToken stop)
    {
        using var client = new ControlClient(data);
        if (await client.Get("boots/1", ControlJson.Default.BootDetail, stop) is not { } detail)
            return;
        Console.WriteLine($"\nWhat Cordwain saw of {detail.Boot.Machine}:");
        foreach (var line in detail.Lines)
            BootsCommand.Print(line, detail.Boot.Started, why: false);
        Console.WriteLine();
    }
}
