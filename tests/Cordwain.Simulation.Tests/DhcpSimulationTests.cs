using Cordwain.Simulation.Tests.Dhcp;
using Cordwain.Simulation.Tests.Kernel;
using Cordwain.Simulation.Tests.Plants;

namespace Cordwain.Simulation.Tests;

public sealed class DhcpSimulationTests(ITestOutputHelper output)
{
    internal static readonly WorldKind Kind = new("dhcp", seed => new DhcpWorld(seed, Plant.None));

    [Fact]
    public void No_address_has_two_holders_and_nothing_acknowledged_is_lost()
    {
        if (Seeds.Wanted is null)
            Seeds.Run(Kind, Seeds.First, Seeds.IsFast ? 300 : Seeds.IsLong ? 100_000 : 8_000, output.WriteLine);
    }
}
