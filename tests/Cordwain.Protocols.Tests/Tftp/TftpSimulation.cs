using Cordwain.Protocols.Tftp;

namespace Cordwain.Protocols.Tests.Tftp;

/// <summary>How bad a link is.</summary>
/// <param name="Loss">Of a hundred packets, each way.</param>
/// <param name="Duplication">Of a hundred packets.</param>
/// <param name="Delay">The shortest way of a packet, in milliseconds.</param>
/// <param name="Jitter">What may come on top; more than nothing lets packets overtake each other.</param>
public sealed record LinkQuality(int Loss = 0, int Duplication = 0, double Delay = 0.1, double Jitter = 0);

/// <summary>A sender and a receiver on a bad link, in one thread, on a clock we own.</summary>
sealed class TftpSimulation(TftpReadTerms terms, LinkQuality link, int seed)
{
    static readonly TimeSpan ClientTimeout = TimeSpan.FromSeconds(1);

    readonly Random _random = new(seed);
    readonly PriorityQueue<Action, (TimeSpan, int)> _events = new();
    readonly TftpReadTransfer _transfer = new(terms, TimeSpan.Zero);
    TimeSpan _now;
    int _sequence;
    int _timer;
    long _expected = 1;
    int _inWindow;
    bool _started;
    bool _complained;

    public long Received { get; private set; }

    public bool Done { get; private set; }

    public TftpEnding Ending => _transfer.Ending;

    public int DataPackets { get; private set; }

    public TimeSpan Elapsed => _now;

    /// <summary>The client acknowledges whatever comes, also what it has already: not wise, but it is done.</summary>
    public bool ClientEchoes { get; init; }

    /// <summary>Until the server has ended, or for a day.</summary>
    public TftpSimulation Run()
    {
        Pump();
        ArmClient();
        while (_transfer.Ending == TftpEnding.None && _now < TimeSpan.FromDays(1))
        {
            var next = _events.TryPeek(out _, out var at) ? at.Item1 : TimeSpan.MaxValue;
            if (_transfer.Deadline <= next)
            {
                _now = _transfer.Deadline;
                _transfer.OnTick(_now);
                Pump();
            }
            else
            {
                _now = next;
                _events.Dequeue()();
            }
        }

        return this;
    }

    void Pump()
    {
        while (true)
        {
            switch (_transfer.Next())
            {
                case { Kind: TftpActionKind.SendOack }:
                    _transfer.OnSent(_now);
                    Deliver(OnOack);
                    break;
                case { Kind: TftpActionKind.SendData } data:
                    _transfer.OnSent(_now);
                    DataPackets++;
                    Deliver(() => OnData(data));
                    break;
                default:
                    return;
            }
        }
    }

    void OnOack()
    {
        if (_expected > 1)
            return;
        _started = true;
        SendAck();
    }

    void OnData(TftpAction data)
    {
        _started = true;
        if (data.Block != terms.WireBlock(_expected))
        {
            OnUnexpected(data.Block);
            return;
        }

        Assert.Equal(Received, data.Offset);
        Received += data.Length;
        _expected++;
        _inWindow++;
        _complained = false;
        Done |= data.Length < terms.BlockSize;
        ArmClient();
        if (_inWindow >= terms.WindowSize || Done)
            SendAck();
    }

    /// <summary>
    /// RFC 7440 §4: a gap makes the client say what it has, once until something new comes. The block that it has just acknowledged
    /// means that the ACK was lost. Other old blocks are no news.
    /// </summary>
    void OnUnexpected(ushort block)
    {
        var old = terms.Distance(Math.Max(0, _expected - 1 - terms.WindowSize), block) <= terms.WindowSize;
        if (ClientEchoes || (old ? block == terms.WireBlock(_expected - 1) && _inWindow == 0 : !_complained))
            SendAck();
        _complained |= !old;
    }

    void SendAck()
    {
        _inWindow = 0;
        var block = terms.WireBlock(_expected - 1);
        Deliver(() =>
        {
            _transfer.OnAck(block, _now);
            Pump();
        });
        ArmClient();
    }

    void ArmClient()
    {
        var mine = ++_timer;
        At(_now + ClientTimeout, () =>
        {
            if (mine != _timer || Done)
                return;
            if (_started)
                SendAck();
            else
                RepeatRequest();
        });
    }

    void RepeatRequest()
    {
        Deliver(() =>
        {
            _transfer.OnRequestRepeated(_now);
            Pump();
        });
        ArmClient();
    }

    void Deliver(Action packet)
    {
        for (var copies = _random.Next(100) < link.Duplication ? 2 : 1; copies > 0; copies--)
        {
            if (_random.Next(100) >= link.Loss)
                At(_now + TimeSpan.FromMilliseconds(link.Delay + _random.NextDouble() * link.Jitter), packet);
        }
    }

    void At(TimeSpan when, Action what) => _events.Enqueue(what, (when, _sequence++));
}
