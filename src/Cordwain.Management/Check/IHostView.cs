using Cordwain.Protocols.Wire;

namespace Cordwain.Management.Check;

public enum Transport
{
    Udp,
    Tcp,
}

/// <summary>The machine on which the server runs, as far as a check looks at it. Every answer is of this moment.</summary>
public interface IHostView
{
    /// <summary>Who listens on a port; null when nobody does.</summary>
    /// <returns>A name such as <c>dnsmasq (pid 812)</c>; <c>a program of another user</c> where it cannot be seen.</returns>
    string? ListenerOn(Transport transport, int port);

    /// <summary>Ports from this one on need no right.</summary>
    int FirstFreePort { get; }

    /// <summary>The right to bind ports below <see cref="FirstFreePort"/>.</summary>
    bool MayBindLowPorts { get; }

    /// <summary>The right to answer a machine that has no address yet by a raw frame.</summary>
    bool MaySendFrames { get; }

    /// <summary>Names of the interfaces.</summary>
    IReadOnlyCollection<string> Interfaces { get; }

    /// <summary>The networks in which an interface has an address.</summary>
    IReadOnlyList<(string Interface, Ipv4Network Network)> Links { get; }

    /// <summary>Firewalls that seem to be active, by name, each with how it was noticed.</summary>
    IReadOnlyList<(string Name, string Sign)> Firewalls { get; }

    bool FileExists(string path);

    /// <summary>Paths of the files below a folder, relative to it with slashes; a bounded number.</summary>
    IEnumerable<string> FilesBelow(string folder);

    /// <summary>Null when it cannot be read, or is too large for a configuration of a loader.</summary>
    string? ReadText(string path);
}
