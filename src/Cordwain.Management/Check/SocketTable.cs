using System.Globalization;

namespace Cordwain.Management.Check;

/// <summary>The files /proc/net/udp and /proc/net/tcp (proc_net(5)).</summary>
static class SocketTable
{
    const int LocalAddress = 1, State = 3, Inode = 9;

    // include/net/tcp_states.h: TCP_LISTEN.
    const string Listening = "0A";

    /// <summary>The sockets bound to a port in the network namespace of the calling thread, as links in /proc/PID/fd name them.</summary>
    /// <param name="root">Where <c>proc</c> stands.</param>
    public static IReadOnlySet<string> BoundTo(string root, Transport transport, int port, bool listeningOnly)
    {
        string[] tables = transport == Transport.Udp ? ["udp", "udp6"] : ["tcp", "tcp6"];
        return tables.SelectMany(table => Read(Path.Join(root, "proc/thread-self/net", table)))
            .SelectMany(table => BoundTo(table, port, listeningOnly)).ToHashSet(StringComparer.Ordinal);
    }

    static IEnumerable<string> BoundTo(string table, int port, bool listeningOnly)
    {
        var wanted = ":" + port.ToString("X4", CultureInfo.InvariantCulture);
        foreach (var line in table.Split('\n').Skip(1))
        {
            var columns = line.Split(' ', StringSplitOptions.RemoveEmptyEntries);
            if (columns.Length > Inode && columns[LocalAddress].EndsWith(wanted, StringComparison.Ordinal) && (!listeningOnly || columns[State] == Listening))
                yield return $"socket:[{columns[Inode]}]";
        }
    }

    static string[] Read(string path)
    {
        try
        {
            return [File.ReadAllText(path)];
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            return [];
        }
    }
}
