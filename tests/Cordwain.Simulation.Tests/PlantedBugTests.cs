using Cordwain.Simulation.Tests.Dhcp;
using Cordwain.Simulation.Tests.Kernel;
using Cordwain.Simulation.Tests.Plants;
using Cordwain.Simulation.Tests.Tftp;

namespace Cordwain.Simulation.Tests;

/// <summary>A simulation that finds nothing says nothing unless it finds what is there. Each bug is put around the product, not into it.</summary>
public sealed class PlantedBugTests(ITestOutputHelper output)
{
    [Fact]
    public void An_acknowledgement_before_its_fsync_is_found() =>
        Finds(Property.NothingAcknowledgedIsLost, new EarlyAcknowledgement(), within: 20);

    [Fact]
    public void A_commit_with_synchronous_normal_is_found() =>
        Finds(Property.NothingAcknowledgedIsLost, new SynchronousNormal(), within: 20);

    [Fact]
    public void A_lost_quarantine_is_found() =>
        Finds(Property.QuarantineHolds, new LostQuarantine(), within: 40);

    /// <summary>Seen by the clients alone, without a look into the store.</summary>
    [Fact]
    public void A_second_grant_after_a_restart_is_found() =>
        Finds(Property.OneHolder, new SecondGrantAfterRestart(), within: 100, Property.NothingAcknowledgedIsLost);

    [Fact]
    public void A_skipped_block_is_found() => Finds(Property.ReadsAreWhole, () => new SkippedBlock());

    [Fact]
    public void Endless_repeats_are_found() => Finds(Property.SilenceIsRespected, () => new EndlessRepeats());

    void Finds(Property property, Func<TftpPlant> plant)
    {
        if (Seeds.Wanted is not null)
            return;
        var found = Seeds.FirstThatViolates(property, seed => new TftpWorld(seed, plant()), most: 40);
        output.WriteLine($"{plant().GetType().Name}: seed {found}");
        Assert.NotNull(found);
    }

    void Finds(Property property, Plant plant, int within, params Property[] ignored)
    {
        if (Seeds.Wanted is not null)
            return;
        var found = Seeds.FirstThatViolates(property, seed => new DhcpWorld(seed, plant, ignored.ToHashSet()), within);
        output.WriteLine($"{plant.GetType().Name}: seed {found}");
        Assert.NotNull(found);
    }
}
