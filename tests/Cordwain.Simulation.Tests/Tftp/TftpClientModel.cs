using System.Buffers.Binary;
using System.Globalization;
using System.Text;
using Cordwain.Simulation.Tests.Kernel;

namespace Cordwain.Simulation.Tests.Tftp;

enum TftpHabit
{
    /// <summary>Reads to the end.</summary>
    Whole,

    /// <summary>Acknowledges whatever comes, also what it has already (RFC 1123 §4.2.3.1 tells what becomes of that).</summary>
    Echo,

    /// <summary>Ends without acknowledging the last block.</summary>
    Curt,

    /// <summary>Asks for the size, and ends when it knows it.</summary>
    Probe,

    /// <summary>Asks, and says nothing more: a forged address.</summary>
    Silent,

    /// <summary>Loses power somewhere on the way.</summary>
    Leaves,
}

/// <summary>A client as firmware has it: RFC 1350 with the options of RFC 2347 to 2349 and the windows of RFC 7440.</summary>
sealed class TftpClientModel
{
    const int MostTries = 8;

    readonly TftpWorld _world;
    readonly int _number;
    readonly string _name;
    readonly TftpHabit _habit;
    readonly SeededRandom _random;
    readonly byte[] _request;
    readonly TimeSpan _patience;
    readonly List<byte> _got = [];
    readonly int _leavesAt;
    int _blockSize = 512, _window = 1, _inWindow, _tries, _version;
    long _expected = 1;
    bool _started;
    byte[] _last;

    public TftpClientModel(TftpWorld world, int number, string name, TftpHabit habit, SeededRandom random)
    {
        (_world, _number, _name, _habit, _random) = (world, number, name, habit, random);
        _patience = random.Seconds(0.5, 4);
        _leavesAt = random.Below(50);
        _last = _request = Request();
    }

    public bool IsOver { get; private set; }

    /// <summary>Why it ended, when the file is not whole.</summary>
    public string? Error { get; private set; }

    public void Start()
    {
        Send(_request);
        if (_habit != TftpHabit.Silent)
            Arm();
        else
            IsOver = true;
    }

    public void Receive(ReadOnlySpan<byte> packet)
    {
        if (IsOver || packet.Length < 4)
            return;
        switch (BinaryPrimitives.ReadUInt16BigEndian(packet))
        {
            case 3:
                OnData(BinaryPrimitives.ReadUInt16BigEndian(packet[2..]), packet[4..]);
                break;
            case 5:
                Finish("the server said: " + Encoding.ASCII.GetString(packet[4..].TrimEnd((byte)0)));
                break;
            case 6 when !_started:
                OnOptions(Encoding.ASCII.GetString(packet[2..]).Split('\0'));
                break;
            case 6 when _expected == 1:
                Send(Ack(0));   // our ACK got lost
                break;
        }
    }

    void OnOptions(string[] words)
    {
        _started = true;
        for (var i = 0; i + 1 < words.Length; i += 2)
        {
            if (words[i] == "blksize")
                _blockSize = int.Parse(words[i + 1], CultureInfo.InvariantCulture);
            else if (words[i] == "windowsize")
                _window = int.Parse(words[i + 1], CultureInfo.InvariantCulture);
        }

        if (_habit == TftpHabit.Probe)
        {
            Send([0, 5, 0, 8, 0]);
            Finish("knows the size");
            return;
        }

        Say(Ack(0));
    }

    void OnData(ushort block, ReadOnlySpan<byte> data)
    {
        _started = true;
        if (block != (ushort)_expected || data.Length > _blockSize)
        {
            OnOther(block);
            return;
        }

        _got.AddRange(data);
        _expected++;
        _inWindow++;
        var isLast = data.Length < _blockSize;
        if (_habit == TftpHabit.Leaves && _expected > _leavesAt)
            Finish("lost power");
        else if (isLast)
            OnLast(block);
        else if (_inWindow >= _window)
            Say(Ack(block));
        else
            Arm();
    }

    void OnLast(ushort block)
    {
        if (_habit != TftpHabit.Curt)
            Send(Ack(block));
        _world.Oracle.OnCompleted(_number, System.Runtime.InteropServices.CollectionsMarshal.AsSpan(_got), _world.Find(_name)!.Bytes);
        Finish(null);
    }

    /// <summary>RFC 7440 §4: what is not the next block makes the window end at the last good one, once.</summary>
    void OnOther(ushort block)
    {
        var ahead = (ushort)(block - (ushort)_expected);
        if (_habit == TftpHabit.Echo && ahead > 0x8000)
            Send(Ack(block));
        else if (_window > 1 && ahead < 0x8000 && _inWindow >= 0)
            Say(Ack((ushort)(_expected - 1)), again: true);
    }

    /// <summary>Says something new, and begins to wait for its answer.</summary>
    void Say(byte[] packet, bool again = false)
    {
        _inWindow = again ? -1 : 0;
        _last = packet;
        _tries = again ? _tries : 0;
        Send(packet);
        if (again)
            _inWindow = 0;
        Arm();
    }

    void Arm()
    {
        var version = ++_version;
        _world.Time.After(_patience, () =>
        {
            if (version != _version || IsOver)
                return;
            if (++_tries > MostTries)
            {
                Finish("nothing comes any more");
                return;
            }

            // Some clients ask again from the start, from the same port.
            _last = _started ? Ack((ushort)(_expected - 1)) : _request;
            _inWindow = 0;
            Send(_last);
            Arm();
        });
    }

    void Finish(string? error)
    {
        IsOver = true;
        Error = error;
        _version++;
        _world.Time.Tell?.Invoke($"client {_number} ends: {error ?? "whole"}");
        _world.Oracle.OnEnded();
    }

    void Send(byte[] packet) => _world.SendToServer(_number, packet);

    static byte[] Ack(ushort block) => [0, 4, (byte)(block >> 8), (byte)block];

    byte[] Request()
    {
        var text = new StringBuilder("\0\u0001").Append(_name).Append("\0octet\0");
        if (_random.Chance(0.6))
            Option("blksize", _random.Of([8, 64, 512, 1024, 1428, 1468, 8192]));
        if (_random.Chance(0.5))
            Option("windowsize", _random.Of([1, 2, 4, 8, 16, 64]));
        if (_random.Chance(0.4) || _habit == TftpHabit.Probe)
            Option("tsize", 0);
        if (_random.Chance(0.2))
            Option("timeout", _random.Between(1, 5));
        return Encoding.Latin1.GetBytes(text.ToString());

        void Option(string name, int value) => text.Append(name).Append('\0').Append(value).Append('\0');
    }
}
