using Cordwain.Protocols.Dhcp4;
using Cordwain.Protocols.Wire;

namespace Cordwain.Server.Dhcp;

/// <summary>Holds what has come until the engine takes it. Bounded: under overload the oldest go, as their clients have asked again or given up.</summary>
/// <remarks>
/// DISCOVERs stand in a lane of their own behind everything else: a machine that already has an offer is further on its way.
/// Some of them are taken with every batch all the same, or a flood of REQUESTs would keep newcomers out.
/// </remarks>
public sealed class DhcpQueue(int capacity, DhcpCounters counters)
{
    // One place in eight of a batch is a DISCOVER's while any waits.
    const int DiscoverShare = 8;

    readonly object _sync = new();
    readonly Queue<DhcpWork> _requests = new(), _discovers = new();
    readonly HashSet<DhcpWork> _waiting = new(SameMessage.Comparer);
    bool _woken, _closed;

    /// <summary>Messages that wait.</summary>
    public int Count
    {
        get
        {
            lock (_sync)
                return _requests.Count + _discovers.Count;
        }
    }

    /// <summary>Adds a message; never blocks and wakes nobody: whoever adds sees to it that the queue is worked off.</summary>
    /// <returns>False when the same message of the same client still waits, as it is answered once; and when the queue is closed.</returns>
    public bool Add(DhcpWork work)
    {
        lock (_sync)
        {
            if (_closed)
                return false;
            if (!_waiting.Add(work))
            {
                counters.CountDuplicate();
                return false;
            }

            var lane = work.Message.Type == DhcpMessageType.Discover ? _discovers : _requests;
            if (lane.Count == capacity)
            {
                _waiting.Remove(lane.Dequeue());
                counters.CountDropped();
            }

            lane.Enqueue(work);
            return true;
        }
    }

    /// <summary>Waits for <see cref="Wake"/>.</summary>
    /// <returns>False once the queue is closed.</returns>
    public bool Wait()
    {
        lock (_sync)
        {
            while (!_woken && !_closed)
                Monitor.Wait(_sync);
            _woken = false;
            return !_closed;
        }
    }

    /// <summary>Takes what is there, up to <paramref name="most"/>.</summary>
    /// <returns>False when nothing is there, or the queue is closed.</returns>
    public bool Take(List<DhcpWork> batch, int most)
    {
        batch.Clear();
        lock (_sync)
        {
            Move(_requests, batch, _discovers.Count > 0 ? most - Math.Max(1, most / DiscoverShare) : most);
            Move(_discovers, batch, most);
            return batch.Count > 0;
        }
    }

    /// <summary>Lets <see cref="Wait"/> return.</summary>
    public void Wake()
    {
        lock (_sync)
        {
            _woken = true;
            Monitor.Pulse(_sync);
        }
    }

    /// <summary>Nothing comes in or out any more. What still waits stays unanswered: its clients ask again.</summary>
    public void Close()
    {
        lock (_sync)
        {
            _closed = true;
            _requests.Clear();
            _discovers.Clear();
            _waiting.Clear();
            Monitor.PulseAll(_sync);
        }
    }

    void Move(Queue<DhcpWork> lane, List<DhcpWork> batch, int most)
    {
        while (batch.Count < most && lane.TryDequeue(out var work))
        {
            _waiting.Remove(work);
            batch.Add(work);
        }
    }
}
