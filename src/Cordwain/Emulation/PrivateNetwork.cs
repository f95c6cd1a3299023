using System.Diagnostics;

namespace Cordwain.Emulation;

/// <summary>A network that exists for one run: network namespaces joined by bridges, with no way out to the machine's own interfaces.</summary>
/// <remarks>Linux with iproute2, as root. Disposing takes everything down; names hold the process id, so that what a killed run left can be told.</remarks>
public sealed class PrivateNetwork : IDisposable
{
    static int _count;

    readonly List<string> _namespaces = [];
    int _taps;

    /// <param name="purpose">A word for the names, at most six letters.</param>
    public PrivateNetwork(string purpose)
    {
        Name = $"cw-{purpose}-{Environment.ProcessId}-{Interlocked.Increment(ref _count)}";
        try
        {
            AddNamespace(Name);
        }
        catch (PrivateNetworkException)
        {
            Dispose();
            throw;
        }
    }

    /// <summary>The namespace in which servers and emulators run.</summary>
    public string Name { get; }

    /// <summary>Adds a bridge to the main namespace: a link of its own, to which machines and hosts are attached.</summary>
    /// <param name="address">Our address there with its prefix, such as <c>10.77.0.1/24</c>; null for a link on which we have none.</param>
    public void AddLink(string bridge, string? address)
    {
        Ip("-n", Name, "link", "add", bridge, "type", "bridge", "stp_state", "0", "forward_delay", "0");
        if (address is not null)
            Ip("-n", Name, "addr", "add", address, "dev", bridge);
        Ip("-n", Name, "link", "set", bridge, "up");
    }

    /// <summary>Adds a tap device on a bridge, for one emulated machine.</summary>
    public string AddTap(string bridge)
    {
        var tap = $"tap{_taps++}";
        Ip("-n", Name, "tuntap", "add", tap, "mode", "tap");
        Ip("-n", Name, "link", "set", tap, "master", bridge, "up");
        return tap;
    }

    /// <summary>Adds a host: a namespace of its own, its device <c>eth0</c> on a bridge.</summary>
    /// <returns>The namespace's name, for <see cref="Start"/>.</returns>
    public string AddHost(string host, string bridge, string? address, string? gateway = null)
    {
        var name = $"{Name}-{host}";
        if (!_namespaces.Contains(name))
            AddNamespace(name);
        Attach(name, "eth0", bridge, address);
        if (gateway is not null)
            Ip("-n", name, "route", "add", "default", "via", gateway);
        return name;
    }

    /// <summary>Gives a host a further device on a bridge.</summary>
    public void Attach(string host, string device, string bridge, string? address)
    {
        var outer = $"v{_taps++}";
        Ip("-n", Name, "link", "add", outer, "type", "veth", "peer", "name", device, "netns", host);
        Ip("-n", Name, "link", "set", outer, "master", bridge, "up");
        if (address is not null)
            Ip("-n", host, "addr", "add", address, "dev", device);
        Ip("-n", host, "link", "set", device, "up");
    }

    /// <summary>Starts a program inside a namespace, all three streams redirected.</summary>
    /// <param name="host">A name that <see cref="AddHost"/> gave; null: the main namespace.</param>
    public Process Start(string? host, string program, params IEnumerable<string> arguments)
    {
        var start = new ProcessStartInfo("ip")
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        foreach (var argument in (IEnumerable<string>)["netns", "exec", host ?? Name, program, .. arguments])
            start.ArgumentList.Add(argument);
        return Process.Start(start) ?? throw new InvalidOperationException($"{program} did not start.");
    }

    /// <summary>Runs a program inside a namespace to its end.</summary>
    public (int ExitCode, string Output) Run(string? host, TimeSpan limit, string program, params IEnumerable<string> arguments)
    {
        using var process = Start(host, program, arguments);
        process.StandardInput.Close();
        var error = process.StandardError.ReadToEndAsync();
        var output = process.StandardOutput.ReadToEndAsync();
        if (!process.WaitForExit(limit))
        {
            process.Kill(entireProcessTree: true);
            process.WaitForExit();
            return (-1, output.Result + error.Result + $"\n({program} was still running after {limit.TotalSeconds} s)");
        }

        process.WaitForExit();
        return (process.ExitCode, output.Result + error.Result);
    }

    public void Dispose()
    {
        foreach (var name in Enumerable.Reverse(_namespaces))
            RunIp(out _, "netns", "del", name);
    }

    void AddNamespace(string name)
    {
        Ip("netns", "add", name);
        _namespaces.Add(name);
        Ip("-n", name, "link", "set", "lo", "up");
    }

    static void Ip(params string[] arguments)
    {
        if (RunIp(out var error, arguments) != 0)
            throw new PrivateNetworkException($"'ip {string.Join(' ', arguments)}' failed: {error.Trim()}");
    }

    static int RunIp(out string error, params string[] arguments)
    {
        var start = new ProcessStartInfo("ip") { RedirectStandardError = true, RedirectStandardOutput = true };
        foreach (var argument in arguments)
            start.ArgumentList.Add(argument);
        using var process = Process.Start(start) ?? throw new InvalidOperationException("ip did not start.");
        error = process.StandardError.ReadToEnd();
        process.WaitForExit();
        return process.ExitCode;
    }
}

/// <summary>The machine refuses a network namespace, a bridge or a tap device: no root, a container without the right to, a kernel without them.</summary>
public sealed class PrivateNetworkException(string message) : Exception(message);
