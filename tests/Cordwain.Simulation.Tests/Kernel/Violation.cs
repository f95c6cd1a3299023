namespace Cordwain.Simulation.Tests.Kernel;

/// <summary>What must hold in every world after every step.</summary>
enum Property
{
    OneHolder,
    NothingAcknowledgedIsLost,
    QuarantineHolds,
    StoreOpens,
    NoFault,
    ServesAfterFaults,
    ReadsAreWhole,
    SilenceIsRespected,
    ReadsEnd,
    EndedIsForgotten,
}

/// <summary>A property did not hold.</summary>
sealed class Violation(Property property, string what) : Exception($"{property}: {what}")
{
    public Property Property => property;
}
