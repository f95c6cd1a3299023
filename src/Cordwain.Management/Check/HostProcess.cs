using System.Globalization;

namespace Cordwain.Management.Check;

/// <summary>A process of this machine, as /proc shows it.</summary>
public sealed class HostProcess
{
    readonly string _folder;

    HostProcess(int id, string name, string folder) => (Id, Name, _folder) = (id, name, folder);

    public int Id { get; }

    public string Name { get; }

    public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"{Name} (pid {Id})");

    /// <summary>Other processes that hold a port in the network namespace of the calling thread; connections from a TCP port count too.</summary>
    /// <returns>Empty when nobody can be named: it takes root to see other users' processes.</returns>
    public static IReadOnlyList<HostProcess> OnPort(Transport transport, int port) => [.. Holding(SocketTable.BoundTo("/", transport, port, listeningOnly: false), "/")];

    internal static IEnumerable<HostProcess> Holding(IReadOnlySet<string> sockets, string root) =>
        sockets.Count == 0 ? [] : Of(root).Where(process => process.Id != Environment.ProcessId && process.HoldsAny(sockets));

    /// <summary>All that can be seen.</summary>
    /// <param name="root">Where <c>proc</c> stands.</param>
    internal static IEnumerable<HostProcess> Of(string root)
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
    bool HoldsAny(IReadOnlySet<string> sockets)
    {
        try
        {
            return Directory.EnumerateFileSystemEntries(Path.Join(_folder, "fd")).Any(link => new FileInfo(link).LinkTarget is { } target && sockets.Contains(target));
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
