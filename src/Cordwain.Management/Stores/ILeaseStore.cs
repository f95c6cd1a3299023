using Cordwain.Boot.Leases;

namespace Cordwain.Management.Stores;

/// <summary>Keeps bindings so that none is lost that was acknowledged. Used by one writer; every call blocks.</summary>
public interface ILeaseStore : IDisposable
{
    /// <summary>All bindings, in the order of addresses. A row that does not read is reported and left out, never a reason not to start.</summary>
    IEnumerable<LeaseBinding> Load();

    /// <summary>Makes a batch of changes durable, all or none. On return they survive a power cut.</summary>
    /// <exception cref="IOException">Nothing of the batch is stored: none of its ACKs may leave.</exception>
    void Commit(IReadOnlyList<LeaseChange> changes);
}
