using System.Globalization;
using System.Runtime.CompilerServices;
using Cordwain.Boot.Dhcp;
using Cordwain.Protocols.Wire;

namespace Cordwain.Boot.Tests.Dhcp;

/// <summary>Datagrams that real firmware sent, in the order of one boot.</summary>
static class Vectors
{
    public static readonly string[] Names = [.. Directory.GetFiles(Folder()).Select(path => Path.GetFileNameWithoutExtension(path)!).Order(StringComparer.Ordinal)];

    public static IEnumerable<(DhcpArrival Arrival, byte[] Datagram)> Read(string name)
    {
        foreach (var line in File.ReadAllLines(Path.Combine(Folder(), name + ".txt")).Where(line => !line.StartsWith('#')))
        {
            var parts = line.Split(' ');
            yield return (
                new("eth0", Decisions.Lab.Server, int.Parse(parts[2], CultureInfo.InvariantCulture), Ipv4Address.Parse(parts[0]), int.Parse(parts[1], CultureInfo.InvariantCulture))
                {
                    Links = [(Decisions.Lab.Server, new(Decisions.Lab.Server, 24))],
                },
                Convert.FromHexString(parts[3]));
        }
    }

    static string Folder([CallerFilePath] string caller = "") => Path.Combine(Path.GetDirectoryName(caller)!, "vectors");
}
