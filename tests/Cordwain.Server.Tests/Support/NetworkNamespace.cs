using System.ComponentModel;
using System.Diagnostics;
using System.Globalization;
using System.Runtime.ExceptionServices;
using System.Runtime.InteropServices;

namespace Cordwain.Server.Tests.Support;

/// <summary>A network of its own for one test: devices, addresses and ports that nobody else sees. Needs root; gone after <see cref="Dispose"/>.</summary>
/// <remarks>A socket belongs to the namespace of the thread that opened it, and a thread is born into that of its parent: code that opens its sockets inside <see cref="Run"/> lives here whole.</remarks>
sealed class NetworkNamespace : IDisposable
{
    const int CloneNewNet = 0x40000000;

    readonly List<Process> _programs = [];

    NetworkNamespace(string name) => Name = name;

    public string Name { get; }

    public static NetworkNamespace Create()
    {
        var name = "cwt-" + Random.Shared.Next().ToString("x8", CultureInfo.InvariantCulture);
        Command("ip", "netns", "add", name);
        var created = new NetworkNamespace(name);
        created.Ip("link set lo up");
        return created;
    }

    /// <summary>A cable: one device in each of two namespaces, both up.</summary>
    public static void Connect(NetworkNamespace left, string leftDevice, NetworkNamespace right, string rightDevice)
    {
        Command("ip", "link", "add", leftDevice, "netns", left.Name, "type", "veth", "peer", "name", rightDevice, "netns", right.Name);
        left.Ip($"link set {leftDevice} up");
        right.Ip($"link set {rightDevice} up");
    }

    /// <summary>Runs <c>ip</c> here, such as <c>address add 10.0.0.1/24 dev eth0</c>.</summary>
    public void Ip(string arguments) => Command("ip", ["-n", Name, .. arguments.Split(' ')]);

    /// <summary>Sets a kernel setting of this network, such as <c>net.ipv4.ip_forward=1</c>.</summary>
    public void Sysctl(string setting) => Command("ip", "netns", "exec", Name, "sysctl", "-q", "-w", setting);

    /// <summary>Starts a program here; it ends with the namespace. Its standard error is a pipe that the caller reads.</summary>
    public Process Start(string program, params string[] arguments)
    {
        var started = Process.Start(new ProcessStartInfo("ip", ["netns", "exec", Name, program, .. arguments]) { RedirectStandardError = true, RedirectStandardOutput = true })!;
        _programs.Add(started);
        return started;
    }

    public void Run(Action action) => Run(() =>
    {
        action();
        return true;
    });

    /// <summary>Runs code in this namespace, on a thread of its own.</summary>
    public T Run<T>(Func<T> function)
    {
        var result = default(T);
        ExceptionDispatchInfo? failure = null;
        var thread = new Thread(() =>
        {
            try
            {
                using var entry = File.OpenHandle("/run/netns/" + Name);
                if (SetNs(entry, CloneNewNet) != 0)
                    throw new Win32Exception(Marshal.GetLastPInvokeError());
                result = function();
            }
            catch (Exception e)
            {
                failure = ExceptionDispatchInfo.Capture(e);
            }
        });
        thread.Start();
        thread.Join();
        failure?.Throw();
        return result!;
    }

    public void Dispose()
    {
        foreach (var program in _programs)
        {
            if (!program.HasExited)
                program.Kill(entireProcessTree: true);
            program.WaitForExit();
            program.Dispose();
        }

        Command("ip", "netns", "delete", Name);
    }

    static void Command(string program, params string[] arguments)
    {
        using var process = Process.Start(new ProcessStartInfo(program, arguments) { RedirectStandardError = true })!;
        var error = process.StandardError.ReadToEnd();
        process.WaitForExit();
        if (process.ExitCode != 0)
            throw new InvalidOperationException($"{program} {string.Join(' ', arguments)}: {error.Trim()}");
    }

    [DllImport("libc", EntryPoint = "setns", SetLastError = true)]
    static extern int SetNs(Microsoft.Win32.SafeHandles.SafeFileHandle descriptor, int kind);
}
