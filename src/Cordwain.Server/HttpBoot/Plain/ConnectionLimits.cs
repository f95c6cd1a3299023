using Cordwain.Protocols.Wire;

namespace Cordwain.Server.HttpBoot.Plain;

/// <summary>Counts open connections, those at the web server too, and says no to too many. Safe for several threads.</summary>
sealed class ConnectionLimits(HttpBootSettings settings, HttpCounters counters)
{
    readonly Dictionary<Ipv4Address, int> _byAddress = [];
    readonly Lock _gate = new();
    int _open;

    /// <summary>Each true is followed by one <see cref="Close"/>.</summary>
    public bool TryOpen(Ipv4Address peer)
    {
        lock (_gate)
        {
            var mine = _byAddress.GetValueOrDefault(peer);
            if (_open >= settings.MaxConnections || mine >= settings.MaxConnectionsPerAddress)
            {
                counters.CountRefused();
                return false;
            }

            _open++;
            _byAddress[peer] = mine + 1;
        }

        counters.CountOpened();
        return true;
    }

    public void Close(Ipv4Address peer)
    {
        lock (_gate)
        {
            _open--;
            if (_byAddress.GetValueOrDefault(peer) is > 1 and var mine)
                _byAddress[peer] = mine - 1;
            else
                _byAddress.Remove(peer);
        }

        counters.CountClosed();
    }
}
