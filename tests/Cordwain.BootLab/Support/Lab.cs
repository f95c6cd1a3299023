using System.Diagnostics;
using System.Text;
using Cordwain.Emulation;

namespace Cordwain.BootLab.Support;

/// <summary>One boot: a private network, a folder of files, servers, and a machine that is switched on. All of it goes when disposed.</summary>
sealed class Lab : IDisposable
{
    public const string Bridge = "lan0", Server = "10.77.0.1";

    readonly List<(string Name, Process Process, StringBuilder Output)> _servers = [];
    readonly List<EmulatedMachine> _machines = [];

    public Lab()
    {
        Folder = Directory.CreateTempSubdirectory("cw-lab-").FullName;
        Directory.CreateDirectory(Files);
        Network = new("lab");
        Network.AddLink(Bridge, Server + "/24");
    }

    public PrivateNetwork Network { get; }

    public string Folder { get; }

    /// <summary>The files folder of the server under test.</summary>
    public string Files => Path.Combine(Folder, "files");

    /// <summary>The data folder of the server under test.</summary>
    public string Data => Path.Combine(Folder, "data");

    /// <summary>What a boot must show on its console to count: made anew for every lab.</summary>
    public string Nonce { get; } = Guid.NewGuid().ToString("N")[..12];

    public string Up => LabFiles.UpMark + Nonce;

    /// <summary>Arguments for the lab's kernel.</summary>
    public string Arguments => $"console=ttyS0,115200 quiet panic=-1 no_timer_check lab.nonce={Nonce}";

    /// <summary>Puts the lab's kernel and initrd into the files folder.</summary>
    public void AddKernel(string kernel = "linux", string initrd = "initrd.gz", string architecture = "amd64")
    {
        AddFile(kernel, LabFiles.Kernel(architecture));
        AddFile(initrd, LabFiles.Initrd(architecture));
    }

    public void AddFile(string name, string source)
    {
        var target = Path.Combine(Files, name);
        Directory.CreateDirectory(Path.GetDirectoryName(target)!);
        File.Copy(source, target);
    }

    public void AddText(string name, string text)
    {
        var target = Path.Combine(Files, name);
        Directory.CreateDirectory(Path.GetDirectoryName(target)!);
        File.WriteAllText(target, text);
    }

    /// <summary>Starts <c>cordwain serve</c> and waits until it says that it is ready.</summary>
    public async Task ServeCordwain(string configuration)
    {
        var file = Path.Combine(Folder, "cordwain.yaml");
        await File.WriteAllTextAsync(file, configuration);
        await StartServer(null, "Cordwain is ready", Cordwain, "serve", "--config", file, "--data", Data, "--no-install");
    }

    /// <summary>Runs another verb of the program to its end.</summary>
    public (int ExitCode, string Output) RunCordwain(params string[] arguments) =>
        Network.Run(null, TimeSpan.FromSeconds(60), Cordwain, arguments);

    /// <summary>The program as people run it, compiled ahead, when <c>./test</c> runs all; else the one that was built with these tests.</summary>
    public static string Cordwain { get; } = Environment.GetEnvironmentVariable("PROGRAM_UNDER_TEST") ?? Path.Combine(AppContext.BaseDirectory, "cordwain");

    /// <summary>Starts a server and waits for a word in its output.</summary>
    /// <param name="host">A host of the network; null: beside the server under test.</param>
    public async Task StartServer(string? host, string readyWord, string program, params string[] arguments)
    {
        var process = Network.Start(host, program, arguments);
        process.StandardInput.Close();
        var output = new StringBuilder();
        var ready = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        void Take(object _, DataReceivedEventArgs line)
        {
            lock (output)
                output.AppendLine(line.Data);
            if (line.Data?.Contains(readyWord, StringComparison.OrdinalIgnoreCase) == true)
                ready.TrySetResult();
            if (line.Data is null && process.HasExited)
                ready.TrySetException(new InvalidOperationException($"{program} ended:\n{output}"));
        }

        process.OutputDataReceived += Take;
        process.ErrorDataReceived += Take;
        process.BeginOutputReadLine();
        process.BeginErrorReadLine();
        _servers.Add((program, process, output));
        try
        {
            await ready.Task.WaitAsync(TimeSpan.FromSeconds(60));
        }
        catch (TimeoutException)
        {
            throw new TimeoutException($"{program} did not say '{readyWord}':\n{output}");
        }
    }

    public EmulatedMachine PowerOn(MachineDescription machine, string bridge = Bridge)
    {
        var emulated = EmulatedMachine.PowerOn(Network, bridge, machine);
        _machines.Add(emulated);
        return emulated;
    }

    /// <summary>Waits for a text on the machine's console; a failure shows what the servers wrote as well.</summary>
    public async Task Expect(EmulatedMachine machine, string text, int seconds)
    {
        try
        {
            await machine.WaitFor(text, TimeSpan.FromSeconds(seconds));
        }
        catch (TimeoutException e)
        {
            throw new TimeoutException($"{e.Message}\n\n{ServerOutput()}");
        }
    }

    /// <summary>Every DHCP answer of every boot so far can be made again from what is stored, byte for byte.</summary>
    public void ExpectExplained()
    {
        for (var boot = 1; ; boot++)
        {
            var (exitCode, output) = RunCordwain("explain", "--boot", $"{boot}", "--config", Path.Combine(Folder, "cordwain.yaml"), "--data", Data);
            if (output.Contains("There is no boot", StringComparison.Ordinal))
            {
                Assert.True(boot > 1, "No boot was recorded.\n" + ServerOutput());
                return;
            }

            Assert.True(exitCode == 0, output);
        }
    }

    public string ServerOutput()
    {
        var all = new StringBuilder();
        foreach (var (name, _, output) in _servers)
        {
            lock (output)
                all.AppendLine($"--- {name}").Append(output);
        }

        return all.ToString();
    }

    public void Dispose()
    {
        _machines.ForEach(machine => machine.Dispose());
        foreach (var (_, process, _) in _servers)
        {
            if (!process.HasExited)
                process.Kill(entireProcessTree: true);
            process.WaitForExit();
            process.Dispose();
        }

        Network.Dispose();
        Directory.Delete(Folder, recursive: true);
    }
}
