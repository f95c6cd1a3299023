using System.Diagnostics;
using System.Text;
using System.Text.RegularExpressions;

namespace Cordwain.Emulation;

/// <summary>The firmware that an emulated machine starts with.</summary>
public enum EmulatedFirmware
{
    /// <summary>SeaBIOS and the network card's own ROM, which is iPXE.</summary>
    Bios,

    /// <summary>OVMF, booting by PXE over IPv4.</summary>
    Uefi,

    /// <summary>OVMF, booting by UEFI HTTP Boot over IPv4.</summary>
    UefiHttp,

    /// <summary>U-Boot on a 64-bit ARM board.</summary>
    UBootArm64,
}

/// <summary>What to emulate.</summary>
public sealed record MachineDescription(EmulatedFirmware Firmware, string Mac)
{
    public string NetworkCard { get; init; } = "virtio-net-pci";

    /// <summary>MiB.</summary>
    public int Memory { get; init; } = 512;

    /// <summary>A raw disk image; null: no disk.</summary>
    public string? Disk { get; init; }

    public Guid? Uuid { get; init; }
}

/// <summary>A machine in QEMU, without acceleration: it is switched on when made, and off when disposed.</summary>
public sealed partial class EmulatedMachine : IDisposable
{
    readonly Process _qemu;
    readonly string _folder;
    readonly StringBuilder _console = new();
    readonly Lock _lock = new();
    readonly Stopwatch _clock = Stopwatch.StartNew();
    readonly List<(Func<string, bool> Seen, TaskCompletionSource Done)> _waits = [];

    EmulatedMachine(Process qemu, string folder)
    {
        _qemu = qemu;
        _folder = folder;
    }

    /// <summary>Called with every piece of console output as it comes, control sequences included.</summary>
    public event Action<string>? Output;

    /// <summary>Time since power-on.</summary>
    public TimeSpan Age => _clock.Elapsed;

    /// <summary>What the serial console has shown, without control sequences.</summary>
    public string Console
    {
        get
        {
            lock (_lock)
                return Plain(_console.ToString());
        }
    }

    public static EmulatedMachine PowerOn(PrivateNetwork network, string bridge, MachineDescription machine)
    {
        var folder = Directory.CreateTempSubdirectory("cw-machine-").FullName;
        var tap = network.AddTap(bridge);
        var (program, arguments) = CommandLine(machine, tap, folder);
        var emulated = new EmulatedMachine(network.Start(null, program, arguments), folder);
        _ = Task.Run(emulated.ReadConsole);
        _ = Task.Run(emulated.ReadErrors);
        return emulated;
    }

    /// <summary>Waits until the console has shown a text.</summary>
    /// <exception cref="TimeoutException">It did not, within <paramref name="limit"/>; the message holds the end of the console.</exception>
    public async Task WaitFor(string text, TimeSpan limit)
    {
        var done = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        lock (_lock)
        {
            if (Plain(_console.ToString()).Contains(text, StringComparison.Ordinal))
                return;
            _waits.Add((console => console.Contains(text, StringComparison.Ordinal), done));
        }

        try
        {
            await done.Task.WaitAsync(limit);
        }
        catch (TimeoutException)
        {
            var console = Console;
            throw new TimeoutException($"'{text}' did not appear within {limit.TotalSeconds} s. The console ends:\n{console[Math.Max(0, console.Length - 4000)..]}");
        }
    }

    /// <summary>Types on the serial console.</summary>
    public void Type(string keys)
    {
        _qemu.StandardInput.Write(keys);
        _qemu.StandardInput.Flush();
    }

    /// <summary>Takes a picture of the screen (PPM), through QEMU's monitor.</summary>
    public void Screenshot(string file)
    {
        using var socket = new System.Net.Sockets.Socket(
            System.Net.Sockets.AddressFamily.Unix, System.Net.Sockets.SocketType.Stream, System.Net.Sockets.ProtocolType.Unspecified);
        socket.Connect(new System.Net.Sockets.UnixDomainSocketEndPoint(Path.Combine(_folder, "monitor")));
        using var monitor = new System.Net.Sockets.NetworkStream(socket);
        using var reader = new StreamReader(monitor);
        monitor.Write("{\"execute\":\"qmp_capabilities\"}\n"u8);
        monitor.Write(Encoding.UTF8.GetBytes($"{{\"execute\":\"screendump\",\"arguments\":{{\"filename\":\"{file}\"}},\"id\":\"shot\"}}\n"));
        while (reader.ReadLine() is { } line)
        {
            if (line.Contains("\"shot\"", StringComparison.Ordinal))
                return;
        }
    }

    public void Dispose()
    {
        if (!_qemu.HasExited)
            _qemu.Kill(entireProcessTree: true);
        _qemu.WaitForExit();
        _qemu.Dispose();
        Directory.Delete(_folder, recursive: true);
    }

    static (string Program, List<string> Arguments) CommandLine(MachineDescription machine, string tap, string folder)
    {
        List<string> arguments = ["-display", "none", "-nodefaults", "-no-reboot", "-m", $"{machine.Memory}",
            "-chardev", "stdio,id=console,signal=off", "-serial", "chardev:console",
            "-qmp", $"unix:{Path.Combine(folder, "monitor")},server=on,wait=off",
            "-netdev", $"tap,id=lan,ifname={tap},script=no,downscript=no"];
        if (machine.Uuid is { } uuid)
            arguments.AddRange(["-uuid", uuid.ToString()]);
        if (machine.Disk is { } disk)
            arguments.AddRange(["-drive", $"file={disk},format=raw,if=none,id=disk", "-device", "virtio-blk-pci,drive=disk"]);

        // Without an own boot ROM the card is driven by the firmware.
        var card = $"{machine.NetworkCard},netdev=lan,mac={machine.Mac}";
        switch (machine.Firmware)
        {
            case EmulatedFirmware.Bios:
                var port = Path.Combine(folder, "sercon-port");
                File.WriteAllBytes(port, [0xF8, 0x03]);   // SeaBIOS shows its text screen on this port: the first serial line
                arguments.AddRange(["-M", "q35,accel=tcg", "-vga", "std", "-boot", "order=n,reboot-timeout=-1",
                    "-fw_cfg", $"name=etc/sercon-port,file={port}", "-device", card]);
                return ("qemu-system-x86_64", arguments);

            case EmulatedFirmware.UBootArm64:
                arguments.AddRange(["-M", "virt", "-cpu", "cortex-a57", "-bios", "/usr/lib/u-boot/qemu_arm64/u-boot.bin", "-device", card + ",romfile="]);
                return ("qemu-system-aarch64", arguments);

            default:
                var variables = Path.Combine(folder, "vars.fd");
                File.Copy("/usr/share/OVMF/OVMF_VARS_4M.fd", variables);
                var pxe = machine.Firmware == EmulatedFirmware.Uefi ? "y" : "n";
                arguments.AddRange(["-M", "q35,accel=tcg", "-vga", "std", "-device", "virtio-rng-pci",
                    "-drive", "if=pflash,format=raw,readonly=on,file=/usr/share/OVMF/OVMF_CODE_4M.fd",
                    "-drive", $"if=pflash,format=raw,file={variables}",
                    "-fw_cfg", $"name=opt/org.tianocore/IPv4PXESupport,string={pxe}",
                    "-fw_cfg", "name=opt/org.tianocore/IPv6PXESupport,string=n",
                    "-device", card + ",romfile=,bootindex=0"]);
                return ("qemu-system-x86_64", arguments);
        }
    }

    async Task ReadConsole()
    {
        var buffer = new byte[4096];
        var decoder = Encoding.UTF8.GetDecoder();
        var text = new char[4096];
        var stream = _qemu.StandardOutput.BaseStream;
        while (await stream.ReadAsync(buffer) is > 0 and var count)
            Append(new string(text, 0, decoder.GetChars(buffer, 0, count, text, 0)));
    }

    async Task ReadErrors()
    {
        while (await _qemu.StandardError.ReadLineAsync() is { } line)
            Append($"\n[emulator] {line}\n");
    }

    void Append(string piece)
    {
        List<TaskCompletionSource> done = [];
        lock (_lock)
        {
            _console.Append(piece);
            if (_waits.Count > 0)
            {
                var console = Plain(_console.ToString());
                done.AddRange(_waits.Where(wait => wait.Seen(console)).Select(wait => wait.Done));
                _waits.RemoveAll(wait => done.Contains(wait.Done));
            }
        }

        done.ForEach(wait => wait.TrySetResult());
        Output?.Invoke(piece);
    }

    static string Plain(string text) => ControlSequence().Replace(text, "");

    [GeneratedRegex(@"\x1b(\[[0-9;?=]*[A-Za-z]|[()][A-Za-z0-9]|[=>A-Z])", RegexOptions.None, 1000)]
    private static partial Regex ControlSequence();
}
