using Cordwain.Management.Check;
using Cordwain.Protocols.Wire;

namespace Cordwain.Management.Tests.Check;

/// <summary>A machine made up for a test.</summary>
public sealed record FakeHost : IHostView
{
    public Dictionary<(Transport, int), string> Listeners { get; init; } = [];

    public Dictionary<string, string> Files { get; init; } = [];

    public int FirstFreePort { get; init; } = 1024;

    public bool MayBindLowPorts { get; init; } = true;

    public bool MaySendFrames { get; init; } = true;

    public IReadOnlyCollection<string> Interfaces { get; init; } = [];

    public IReadOnlyList<(string Interface, Ipv4Network Network)> Links { get; init; } = [];

    public IReadOnlyList<(string Name, string Sign)> Firewalls { get; init; } = [];

    public string? ListenerOn(Transport transport, int port) => Listeners.GetValueOrDefault((transport, port));

    public bool FileExists(string path) => Files.ContainsKey(path);

    public IEnumerable<string> FilesBelow(string folder) => Files.Keys.Where(path => path.StartsWith(folder + "/", StringComparison.Ordinal)).Select(path => path[(folder.Length + 1)..]);

    public string? ReadText(string path) => Files.GetValueOrDefault(path);
}
