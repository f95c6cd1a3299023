using Cordwain.Simulation.Tests.Kernel;
using Cordwain.Simulation.Tests.Plants;
using Cordwain.Simulation.Tests.Tftp;

namespace Cordwain.Simulation.Tests;

public sealed class TftpSimulationTests(ITestOutputHelper output)
{
    internal static readonly WorldKind Kind = new("tftp", seed => new TftpWorld(seed, new TftpPlant()));

    [Fact]
    public void Every_read_is_whole_or_ended_and_silence_is_respected()
    {
        if (Seeds.Wanted is null)
            Seeds.Run(Kind, Seeds.First, Seeds.IsFast ? 300 : Seeds.IsLong ? 50_000 : 4_000, output.WriteLine);
    }
}
