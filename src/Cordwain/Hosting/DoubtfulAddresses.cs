using Cordwain.Boot.Leases;
using Cordwain.Protocols.Wire;

namespace Cordwain.Hosting;

/// <summary>Addresses of which nobody can say what the disk holds: a change of theirs failed, and may be there all the same.</summary>
/// <remarks>
/// A transaction whose fsync failed stands in the log, and a server that is killed then finds it there at its next start. When it gave an address
/// back, or took it from its holder, the stored lease from before is nothing to renew from. A renewal that failed does no harm: both are its holder's.
/// </remarks>
sealed class DoubtfulAddresses
{
    readonly HashSet<Ipv4Address> _doubtful = [], _tried = [];

    public bool Contains(Ipv4Address address) => _doubtful.Contains(address);

    /// <summary>Changes that are about to be stored; <see cref="OnSuccess"/> or <see cref="OnFailure"/> tells what became of them.</summary>
    public void OnTry(ReadOnlySpan<LeaseChange> changes)
    {
        if (_doubtful.Count == 0)
            return;
        foreach (var change in changes)
        {
            if (_doubtful.Remove(change.Address))
                _tried.Add(change.Address);
        }
    }

    /// <summary>What was tried since the last time is stored.</summary>
    public void OnSuccess() => _tried.Clear();

    public void OnFailure(ReadOnlySpan<LeaseChange> changes)
    {
        foreach (var change in changes)
        {
            if (_tried.Remove(change.Address) || !IsRenewal(change))
                _doubtful.Add(change.Address);
        }
    }

    static bool IsRenewal(LeaseChange change) =>
        change is { Binding: { State: BindingState.Bound } now, Previous: { State: BindingState.Bound } before } && now.Client == before.Client;
}
