using System.Globalization;

namespace Cordwain.Server.Linux;

/// <summary>A process that holds a port.</summary>
readonly record struct PortOwner(string Name, int Pid)
{
    public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"{Name} (pid {Pid})");

    /// <summary>Who holds a UDP port in the network namespace of the calling thread. Needs root to see other users' processes.</summary>
    /// <returns>Empty when nobody can be named.</returns>
    public static IReadOnlyList<PortOwner> OfUdp(int port) => Of(["udp"], port);

    /// <summary>Who holds a TCP port, as <see cref="OfUdp"/>; connections from the port count too.</summary>
    public static IReadOnlyList<PortOwner> OfTcp(int port) => Of(["tcp", "tcp6"], port);

    static IReadOnlyList<PortOwner> Of(string[] tables, int port)
    {
        try
        {
            var inodes = InodesOf(tables.Select(table => "/proc/thread-self/net/" + table).Where(File.Exists).SelectMany(File.ReadLines), port);
            return inodes.Count == 0 ? [] : [.. HoldersOf(inodes)];
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return [];
        }
    }

    /// <summary>The sockets bound to a port, out of the text of /proc/net/udp (proc(5)).</summary>
    internal static IReadOnlySet<string> InodesOf(IEnumerable<string> table, int port)
    {
        var wanted = ":" + port.ToString("X4", CultureInfo.InvariantCulture);
        var inodes = new HashSet<string>();
        foreach (var line in table)
        {
            // sl  local_address rem_address   st tx_queue:rx_queue tr:tm->when retrnsmt   uid  timeout inode
            var columns = line.Split(' ', StringSplitOptions.RemoveEmptyEntries);
            if (columns.Length > 9 && columns[1].EndsWith(wanted, StringComparison.Ordinal))
                inodes.Add($"socket:[{columns[9]}]");
        }

        return inodes;
    }

    static IEnumerable<PortOwner> HoldersOf(IReadOnlySet<string> inodes)
    {
        foreach (var process in Directory.EnumerateDirectories("/proc"))
        {
            if (int.TryParse(Path.GetFileName(process), CultureInfo.InvariantCulture, out var pid) && pid != Environment.ProcessId && Holds(process, inodes))
                yield return new(NameOf(process), pid);
        }
    }

    static bool Holds(string process, IReadOnlySet<string> inodes)
    {
        try
        {
            return Directory.EnumerateFileSystemEntries(process + "/fd").Any(entry => File.ResolveLinkTarget(entry, false) is { } target && inodes.Contains(target.Name));
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            // It ended meanwhile, or is somebody else's.
            return false;
        }
    }

    static string NameOf(string process)
    {
        try
        {
            return File.ReadAllText(process + "/comm").Trim();
        }
        catch (IOException)
        {
            return "a process";
        }
    }
}
