using System.Collections.Concurrent;
using System.Net.Sockets;
using Cordwain.Server.Linux;

namespace Cordwain.Server.HttpBoot.Plain;

/// <summary>One thread and the connections that it serves: waits for all at once and never for one.</summary>
sealed class PlainWorker : IDisposable
{
    const ulong Listening = ulong.MaxValue - 1;
    const int AcceptsAtOnce = 8, SweepEvery = 500;

    /// <summary>Turns between two looks at what has come: a script must not wait for two hundred images.</summary>
    const int TurnsBetweenLooks = 4;

    const uint Interest = LibC.EpollIn | LibC.EpollOut | LibC.EpollRdHup | LibC.EpollEdge;

    readonly PlainSurroundings _around;
    readonly PlainDialogue _dialogue;
    readonly JournalBatch _journal;
    readonly ReadySet _ready = new();
    readonly int _listener;
    readonly Func<PlainWorker> _leastBusy;
    readonly ConcurrentQueue<Posted> _posted = new();
    readonly List<PlainConnection?> _table = [];
    readonly Stack<int> _free = new();
    readonly TaskCompletionSource _ended = new(TaskCreationOptions.RunContinuationsAsynchronously);
    readonly Queue<PlainConnection> _unfinished = new();
    bool _accepts, _cannotAccept;
    volatile bool _draining, _stopping, _hasEnded;
    volatile int _count;
    long _sweepAt;

    /// <param name="listener">Shared by all workers.</param>
    /// <param name="leastBusy">Which worker a new connection goes to.</param>
    /// <param name="handOver">Takes what is not plain.</param>
    public PlainWorker(PlainSurroundings around, int listener, Func<PlainWorker> leastBusy, Action<HandedConnection> handOver)
    {
        _around = around;
        _listener = listener;
        _leastBusy = leastBusy;
        _journal = new(around.Journal);
        _dialogue = new(around with { Journal = _journal }, this, handed =>
        {
            _journal.Pass(Now, isQuiet: true);   // what was answered here comes before what is answered there
            handOver(handed);
        });
    }

    /// <summary>Ends when the last connection has.</summary>
    public Task Ended => _ended.Task;

    public int Count => _count;

    /// <summary>Milliseconds on a clock that only goes forward, as of this turn.</summary>
    public long Now { get; private set; }

    /// <summary>Counts the waits.</summary>
    public long Turn { get; private set; }

    public void Start() => new Thread(Run) { IsBackground = true, Name = "boot HTTP" }.Start();

    /// <summary>Has the thread do something with a connection, from any thread.</summary>
    /// <param name="otherwise">What is done instead, by whatever thread, when the worker has ended.</param>
    public void Post(PlainConnection connection, Action action, Action otherwise)
    {
        _posted.Enqueue(new(connection, action, otherwise));
        Interlocked.MemoryBarrier();
        if (_hasEnded)
            Refuse();
        else
            _ready.Wake();
    }

    /// <summary>Takes no more connections, closes those that have nothing to do, and ends with the last one.</summary>
    public void Drain()
    {
        _draining = true;
        _ready.Wake();
    }

    /// <summary>Ends at once.</summary>
    public void Stop()
    {
        _stopping = true;
        _ready.Wake();
    }

    public void Dispose() => _ready.Dispose();

    /// <summary>The connection has something to do that takes longer: requests that have just come go before it, and so does who waits longer.</summary>
    public void ComeBackTo(PlainConnection connection)
    {
        if (connection.IsInLine)
            return;
        connection.IsInLine = true;
        _unfinished.Enqueue(connection);
    }

    /// <summary>The connection is no longer this worker's; the caller closes it or has passed it on.</summary>
    public void Remove(PlainConnection connection)
    {
        _ready.Remove(connection.Socket.Fd);
        var index = (int)(uint)connection.Number;
        _table[index] = null;
        _free.Push(index);
        _count--;
    }

    void Run()
    {
        try
        {
            Accepting(true);
            while (!_stopping && !(_draining && _count == 0 && _posted.IsEmpty))
                TakeTurn();
            foreach (var connection in _table.ToArray())
            {
                if (connection is not null)
                    Guarded(connection, 0, static (worker, connection, _) => worker._dialogue.Abandon(connection));
            }

            _hasEnded = true;
            Interlocked.MemoryBarrier();
            Refuse();
            _dialogue.End();
            _journal.Pass(long.MaxValue, isQuiet: true);
            _ended.TrySetResult();
        }
        catch (Exception e)
        {
            _ended.TrySetException(e);
            throw;   // a fault in this loop is one of ours: better a restart than connections that nobody serves
        }
    }

    void TakeTurn()
    {
        var isAtRest = _count == 0 && _accepts && _dialogue.IsAtRest;
        var count = _ready.Wait(_unfinished.Count > 0 ? 0 : !_journal.IsEmpty ? JournalBatch.Patience : isAtRest ? -1 : SweepEvery);
        Now = Environment.TickCount64;
        Turn++;
        for (var i = 0; i < count; i++)
        {
            var (events, number) = _ready[i];
            if (number == ReadySet.Woken)
                _ready.Awake();
            else if (number == Listening)
                Accept();
            else if (_table[(int)(uint)number] is { } connection && connection.Number == number)
                Guarded(connection, events, static (worker, connection, events) => worker._dialogue.OnReady(connection, events));
        }

        while (_posted.TryDequeue(out var posted))
            Guarded(posted.Connection, posted.Action, static (_, _, action) => action());
        for (var left = Math.Min(_unfinished.Count, TurnsBetweenLooks); left > 0; left--)
        {
            var connection = _unfinished.Dequeue();
            connection.IsInLine = false;
            Guarded(connection, 0, static (worker, connection, _) => worker._dialogue.OnTurn(connection));
        }

        if (Now >= _sweepAt || _draining)
            Sweep();
        _dialogue.Report();
        _journal.Pass(Now, isQuiet: count == 0 && _unfinished.Count == 0);
    }

    /// <summary>A fault of ours costs one connection.</summary>
    void Guarded<T>(PlainConnection connection, T with, Action<PlainWorker, PlainConnection, T> act)
    {
        try
        {
            act(this, connection, with);
        }
        catch (Exception e)
        {
            try
            {
                _dialogue.Fail(connection, e);
            }
            catch (Exception more)
            {
                _around.Failed("the end of a connection", connection.Peer, more);
            }
        }
    }

    void Refuse()
    {
        while (_posted.TryDequeue(out var posted))
            posted.Otherwise();
    }

    void Accept()
    {
        for (var i = 0; i < AcceptsAtOnce && _accepts; i++)
        {
            var error = StreamSocket.Accept(_listener, out var socket, out var peer);
            if (error is LibC.EMFile or LibC.ENFile or LibC.ENoMem or LibC.ENoBufs)
                Accepting(false);   // the next sweep tries again; the socket would report at once and without end
            if (error != 0)
                return;
            if (!_around.Limits.TryOpen(peer))
            {
                socket.Close();
                continue;
            }

            var connection = new PlainConnection(socket, peer);
            var best = _leastBusy();
            if (best == this || best._draining || best.Count + 1 >= Count)
                Guarded(connection, 0, static (worker, connection, _) => worker.Take(connection));
            else
            {
                best.Post(connection, () => best.Take(connection), () =>
                {
                    socket.Close();
                    _around.Limits.Close(peer);
                });
            }
        }
    }

    void Take(PlainConnection connection)
    {
        if (!_free.TryPop(out var index))
        {
            index = _table.Count;
            _table.Add(null);
        }

        // The upper half tells this connection from the one that had the place before.
        connection.Number = ((ulong)(uint)(Turn & 0x7fffffff) << 32) | (uint)index;
        connection.Deadline = Now + (long)_around.Settings.IdleTimeout.TotalMilliseconds;
        _table[index] = connection;
        _count++;
        // Last, for it may fail (fs.epoll.max_user_watches); what is in the table is closed as any other.
        _ready.Add(connection.Socket.Fd, Interest, connection.Number);
    }

    void Accepting(bool accepts)
    {
        if (_accepts == accepts)
            return;
        if (!accepts)
        {
            _ready.Remove(_listener);
            _accepts = false;
            return;
        }

        try
        {
            _ready.Add(_listener, LibC.EpollIn | LibC.EpollExclusive, Listening);
            _accepts = true;
            _cannotAccept = false;
        }
        catch (SocketException e)
        {
            if (!_cannotAccept)
                _around.Failed("taking connections", default, e);   // each sweep tries again, and says it once
            _cannotAccept = true;
        }
    }

    void Sweep()
    {
        _sweepAt = Now + SweepEvery;
        Accepting(!_draining);
        for (var i = 0; i < _table.Count; i++)
        {
            if (_table[i] is { } connection && (Now >= connection.Deadline || connection.State == PlainState.Sending || (_draining && connection is { State: PlainState.Reading, Kept: null })))
                Guarded(connection, _draining, static (worker, connection, draining) => worker._dialogue.OnTime(connection, draining));
        }

        _dialogue.Sweep();
    }

    readonly record struct Posted(PlainConnection Connection, Action Action, Action Otherwise);
}
