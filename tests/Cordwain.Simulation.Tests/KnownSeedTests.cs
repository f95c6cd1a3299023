using System.Globalization;
using Cordwain.Simulation.Tests.Kernel;

namespace Cordwain.Simulation.Tests;

/// <summary>Seeds that once showed something, and the one that somebody asks for.</summary>
public sealed class KnownSeedTests(ITestOutputHelper output)
{
    static readonly WorldKind[] Kinds = [DhcpSimulationTests.Kind, TftpSimulationTests.Kind];

    public static TheoryData<string> Known => [.. File.ReadLines(Path.Combine(AppContext.BaseDirectory, "known-seeds.txt"))
        .Select(line => line.Split('#')[0].Trim()).Where(line => line.Length > 0)];

    [Theory, MemberData(nameof(Known))]
    public void What_was_found_once_is_not_found_again(string seed)
    {
        if (Seeds.Wanted is null)
            Replay(seed);
    }

    [Fact]
    public void The_seed_in_CORDWAIN_SEED_is_played_again()
    {
        if (Seeds.Wanted is { } seed)
            Replay(seed);
    }

    void Replay(string seed)
    {
        var (name, number) = seed.Split(':') is [var kind, var digits] ? (kind, digits) : ("dhcp", seed);
        Seeds.Replay(Kinds.Single(known => known.Name == name), ulong.Parse(number, CultureInfo.InvariantCulture), output.WriteLine);
    }
}
