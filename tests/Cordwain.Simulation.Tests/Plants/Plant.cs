using Cordwain.Management.Stores;
using Cordwain.Simulation.Tests.Kernel;

namespace Cordwain.Simulation.Tests.Plants;

/// <summary>A bug put around the product on purpose, to see that it is found. This one is none.</summary>
class Plant
{
    public static Plant None { get; } = new();

    /// <summary>The store as the engine gets it.</summary>
    public virtual ILeaseStore Store(ILeaseStore store, SeededRandom random) => store;

    /// <summary>The value of a PRAGMA as SQLite gets it; null: as the product says.</summary>
    public virtual string? Pragma(string name, string? value) => null;
}
