namespace Cordwain.Simulation.Tests.Kernel;

/// <summary>Everything that one seed decides.</summary>
interface IWorld : IDisposable
{
    VirtualTime Time { get; }

    /// <summary>Reads, writes and syncs of the simulated disk; they count as events, as each can fail.</summary>
    long DiskOperations { get; }

    /// <exception cref="Violation">Something did not hold that must.</exception>
    void Run();
}
