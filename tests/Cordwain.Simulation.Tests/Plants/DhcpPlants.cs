using Cordwain.Boot.Leases;
using Cordwain.Management.Stores;
using Cordwain.Simulation.Tests.Kernel;

namespace Cordwain.Simulation.Tests.Plants;

/// <summary>A store that says "stored" and stores with the next batch.</summary>
sealed class EarlyAcknowledgement : Plant
{
    public override ILeaseStore Store(ILeaseStore store, SeededRandom random) => new Early(store);

    sealed class Early(ILeaseStore store) : StoreAround(store)
    {
        readonly List<LeaseChange> _pending = [];

        public override void Commit(IReadOnlyList<LeaseChange> changes)
        {
            Inner.Commit(_pending);
            _pending.Clear();
            _pending.AddRange(changes);
        }
    }
}

/// <summary>A store that forgets at a start which addresses were declined.</summary>
sealed class LostQuarantine : Plant
{
    public override ILeaseStore Store(ILeaseStore store, SeededRandom random) => new Forgetful(store);

    sealed class Forgetful(ILeaseStore store) : StoreAround(store)
    {
        public override IEnumerable<LeaseBinding> Load() => Inner.Load().Where(binding => binding.State != BindingState.Declined);
    }
}

/// <summary>A store that now and then leaves a binding out at a start, so that its address is given a second time.</summary>
sealed class SecondGrantAfterRestart : Plant
{
    public override ILeaseStore Store(ILeaseStore store, SeededRandom random) => new Forgetful(store, random);

    sealed class Forgetful(ILeaseStore store, SeededRandom random) : StoreAround(store)
    {
        public override IEnumerable<LeaseBinding> Load() => Inner.Load().Where(_ => !random.Chance(0.1));
    }
}

/// <summary>A commit that does not wait for the disk.</summary>
sealed class SynchronousNormal : Plant
{
    public override string? Pragma(string name, string? value) => name == "synchronous" && value == "FULL" ? "1" : null;
}

/// <summary>A store within another.</summary>
abstract class StoreAround(ILeaseStore inner) : ILeaseStore
{
    protected ILeaseStore Inner => inner;

    public virtual IEnumerable<LeaseBinding> Load() => inner.Load();

    public virtual void Commit(IReadOnlyList<LeaseChange> changes) => inner.Commit(changes);

    public void Dispose() => inner.Dispose();
}
