using Cordwain.Protocols.Tftp;
using Cordwain.Simulation.Tests.Kernel;

namespace Cordwain.Simulation.Tests.Tftp;

/// <summary>Does what the real state machine says: sends, waits, and tells it what has come and what time it is.</summary>
class TransferDriver
{
    const int MostStalls = 3;

    readonly TftpWorld _world;
    readonly TftpFile _file;
    readonly SeededRandom _random;
    readonly int _client;
    readonly byte[] _oack;
    TimeSpan _planned = TimeSpan.MaxValue;
    bool _stalled;
    int _stalls;

    public TransferDriver(TftpWorld world, int client, TftpFile file, TftpRequest request, SeededRandom random)
    {
        (_world, _client, _file, _random, Request) = (world, client, file, random, request);
        Terms = TftpReadTerms.Negotiate(request, file.IsLengthKnown ? file.Bytes.Length : null, world.Limits);
        Machine = new(Terms, world.Time.Now);
        _oack = Terms.Grants.Any ? Terms.Grants.Encode() : [];
        Pump();
    }

    public TftpRequest Request { get; }

    public TftpReadTerms Terms { get; }

    public bool IsOver { get; private set; }

    protected TftpReadTransfer Machine { get; }

    protected TimeSpan Now => _world.Time.Now;

    /// <summary>Its process is dead: no timer of it sends anything any more.</summary>
    public void Kill() => IsOver = true;

    public void OnPacket(ReadOnlySpan<byte> packet)
    {
        if (IsOver)
            return;
        if (TftpPacket.TryReadAck(packet, out var block))
        {
            Machine.OnAck(block, _world.Time.Now);
            Pump();
        }
        else if (TftpPacket.TryReadError(packet, out _, out _))
        {
            Machine.OnError();
            IsOver = true;
        }
    }

    public void OnRequestRepeated()
    {
        if (IsOver || Machine.IsConfirmed)
            return;
        Machine.OnRequestRepeated(_world.Time.Now);
        Pump();
    }

    /// <summary>Where the bytes of a block come from.</summary>
    protected virtual long OffsetOf(TftpAction action) => action.Offset;

    protected virtual void OnDeadline()
    {
        Machine.OnTick(_world.Time.Now);
        Pump();
    }

    protected void Send(ReadOnlyMemory<byte> packet) => _world.SendToClient(_client, packet);

    protected void Pump()
    {
        while (!IsOver && !_stalled && Step())
            Machine.OnSent(_world.Time.Now);
        Plan();
    }

    bool Step()
    {
        var action = Machine.Next();
        switch (action.Kind)
        {
            case TftpActionKind.SendOack:
                Send(_oack);
                return true;
            case TftpActionKind.SendData:
                return SendData(action);
            case TftpActionKind.Finish:
                IsOver = true;
                _world.Time.Tell?.Invoke($"transfer to {_client}: {Machine.Ending}");
                return false;
            default:
                return false;
        }
    }

    bool SendData(TftpAction action)
    {
        if (_stalls < MostStalls && _random.Chance(_file.Stalls))
        {
            _stalls++;
            _stalled = true;
            _world.Time.After(_random.Seconds(0, 20), () =>
            {
                _stalled = false;
                Pump();
            });
            return false;
        }

        var offset = (int)OffsetOf(action);
        var count = Math.Clamp(_file.Bytes.Length - offset, 0, action.Length);
        if (_file.FailsAt < offset + count)
        {
            Send(TftpPacket.Error(TftpErrorCode.NotDefined, "the disk failed"));
            IsOver = true;
            return false;
        }

        if (count < action.Length)
            Machine.OnEndFound(offset + count);
        var packet = new byte[TftpPacket.DataHeaderLength + count];
        TftpPacket.WriteDataHeader(packet, action.Block);
        _file.Bytes.AsSpan(Math.Min(offset, _file.Bytes.Length), count).CopyTo(packet.AsSpan(TftpPacket.DataHeaderLength));
        Send(packet);
        return true;
    }

    void Plan()
    {
        if (IsOver || _stalled || Machine.Deadline == TimeSpan.MaxValue || Machine.Deadline >= _planned)
            return;
        var due = _planned = Machine.Deadline;
        _world.Time.After(due - _world.Time.Now, () =>
        {
            if (IsOver || _planned != due)
                return;
            _planned = TimeSpan.MaxValue;
            if (!_stalled && _world.Time.Now >= Machine.Deadline)
                OnDeadline();
            else
                Plan();
        });
    }
}
