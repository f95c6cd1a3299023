using Cordwain.Protocols.Wire;

namespace Cordwain.Server.Dhcp;

/// <summary>What a probe found.</summary>
/// <param name="By">Who answered, where that is known.</param>
public readonly record struct ProbeResult(Ipv4Address Address, bool InUse, MacAddress? By);

/// <summary>Knows which free addresses are worth a probe, and remembers what came of it: the lease table. Called by one thread at a time, in the engine's turn.</summary>
public interface IProbeTargets
{
    /// <summary>The addresses to probe next, those that will be offered first in front; at most <paramref name="most"/>, none when all that matter are known.</summary>
    IReadOnlyList<Ipv4Address> NextToProbe(int most, DateTimeOffset now);

    /// <returns>True when it is news that somebody has the address: nobody got it here.</returns>
    bool Found(ProbeResult result, DateTimeOffset now);
}
