using System.Globalization;

namespace Cordwain.Management.Check;

/// <summary>The text of /proc/net/udp and /proc/net/tcp (proc_net(5)).</summary>
static class SocketTable
{
    const int LocalAddress = 1, State = 3, Inode = 9;

    // include/net/tcp_states.h: TCP_LISTEN.
    const string Listening = "0A";

    /// <summary>The sockets bound to a port, as links in /proc/PID/fd name them.</summary>
    public static IEnumerable<string> BoundTo(string table, int port, bool listeningOnly)
    {
        var wanted = ":" + port.ToString("X4", CultureInfo.InvariantCulture);
        foreach (var line in table.Split('\n').Skip(1))
        {
            var columns = line.Split(' ', StringSplitOptions.RemoveEmptyEntries);
            if (columns.Length > Inode && columns[LocalAddress].EndsWith(wanted, StringComparison.Ordinal) && (!listeningOnly || columns[State] == Listening))
                yield return $"socket:[{columns[Inode]}]";
        }
    }
}

/// <summary>A process, as /proc shows it.</summary>
sealed record HostProcess(int Id, string Name, string Folder)
{
    public static IEnumerable<HostProcess> Of(string root)
    {
        var folder = Path.Join(root, "proc");
        if (!Directory.Exists(folder))
            yield break;
        foreach (var process in Directory.EnumerateDirectories(folder))
        {
            if (int.TryParse(Path.GetFileName(process), NumberStyles.None, CultureInfo.InvariantCulture, out var id) && NameOf(process) is { } name)
                yield return new(id, name, process);
        }
    }

    /// <summary>False as well where another user's process may not be looked at.</summary>
    public bool HoldsAny(IReadOnlySet<string> sockets)
    {
        try
        {
            return Directory.EnumerateFileSystemEntries(Path.Join(Folder, "fd")).Any(link => new FileInfo(link).LinkTarget is { } target && sockets.Contains(target));
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            return false;
        }
    }

    static string? NameOf(string process)
    {
        try
        {
            return File.ReadAllText(Path.Join(process, "comm")).Trim();
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            return null;   // it has ended meanwhile
        }
    }
}
