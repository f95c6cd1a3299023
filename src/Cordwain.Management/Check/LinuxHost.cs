using System.Globalization;
using Cordwain.Protocols.Wire;

namespace Cordwain.Management.Check;

/// <summary>This machine, read from /proc, /sys and /etc; elsewhere than on Linux nothing is found there, and nothing is said.</summary>
/// <param name="links">The networks of the interfaces.</param>
/// <param name="root">Where to look for /proc, /sys and /etc.</param>
public sealed class LinuxHost(IReadOnlyList<(string Interface, Ipv4Network Network)> links, string root = "/") : IHostView
{
    // capabilities(7): bits of CapEff in /proc/self/status.
    const int NetBindService = 10, NetRaw = 13;

    const int MostFiles = 5000, MostText = 1 << 20, MostDepth = 4;

    public IReadOnlyList<(string Interface, Ipv4Network Network)> Links { get; } = links;

    public int FirstFreePort => int.TryParse(Read("proc/sys/net/ipv4/ip_unprivileged_port_start"), NumberStyles.None, CultureInfo.InvariantCulture, out var port) ? port : 1024;

    public bool MayBindLowPorts => Has(NetBindService);

    public bool MaySendFrames => Has(NetRaw);

    public IReadOnlyCollection<string> Interfaces
    {
        get
        {
            var folder = At("sys/class/net");
            return Directory.Exists(folder) ? [.. Directory.EnumerateFileSystemEntries(folder).Select(entry => Path.GetFileName(entry))] : [.. Links.Select(link => link.Interface).Distinct()];
        }
    }

    public IReadOnlyList<(string Name, string Sign)> Firewalls
    {
        get
        {
            var found = new List<(string, string)>();
            if (Read("etc/ufw/ufw.conf")?.Split('\n').Any(line => line.Trim().Equals("ENABLED=yes", StringComparison.OrdinalIgnoreCase)) == true)
                found.Add(("ufw", "/etc/ufw/ufw.conf says ENABLED=yes"));
            if (HostProcess.Of(root).Any(process => process.Name == "firewalld"))
                found.Add(("firewalld", "its process runs"));
            if (Read("proc/net/ip_tables_names")?.Contains("filter", StringComparison.Ordinal) == true)
                found.Add(("iptables", "the kernel has a filter table"));
            if (Read("etc/nftables.conf") is { } rules && (rules.Contains("policy drop", StringComparison.Ordinal) || rules.Contains("reject", StringComparison.Ordinal)))
                found.Add(("nftables", "/etc/nftables.conf drops or rejects"));
            return found;
        }
    }

    public string? ListenerOn(Transport transport, int port)
    {
        var sockets = SocketTable.BoundTo(root, transport, port, listeningOnly: transport == Transport.Tcp);
        return sockets.Count == 0 ? null : HostProcess.Holding(sockets, root).FirstOrDefault()?.ToString() ?? "a program of another user";
    }

    public bool FileExists(string path) => File.Exists(path);

    public IEnumerable<string> FilesBelow(string folder)
    {
        if (!Directory.Exists(folder))
            return [];
        var options = new EnumerationOptions { RecurseSubdirectories = true, MaxRecursionDepth = MostDepth, IgnoreInaccessible = true, AttributesToSkip = 0 };
        return Directory.EnumerateFiles(folder, "*", options).Take(MostFiles).Select(path => Path.GetRelativePath(folder, path).Replace(Path.DirectorySeparatorChar, '/'));
    }

    public string? ReadText(string path)
    {
        try
        {
            return new FileInfo(path).Length <= MostText ? File.ReadAllText(path) : null;
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            return null;
        }
    }

    bool Has(int capability)
    {
        var line = Read("proc/self/status")?.Split('\n').FirstOrDefault(line => line.StartsWith("CapEff:", StringComparison.Ordinal));
        return line is null || (ulong.TryParse(line[7..].Trim(), NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out var bits) && (bits >> capability & 1) != 0);
    }

    // Files of /proc have no length; ReadText's bound does not apply to them.
    string? Read(string path)
    {
        try
        {
            return File.ReadAllText(At(path)).TrimEnd('\n');
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            return null;
        }
    }

    string At(string path) => Path.Join(root, path);
}
