using Cordwain.Simulation.Tests.Kernel;

namespace Cordwain.Simulation.Tests.Tftp;

/// <summary>Counts what the server says to whom, and looks at what the clients got.</summary>
sealed class TftpOracle(VirtualTime time)
{
    // A forged request must not make us a source of traffic to somebody who never asked: six packets, four kilobytes.
    const int MostPackets = 6, MostBytes = 4096;

    readonly Dictionary<int, Silence> _silences = [];

    public int Completed { get; private set; }

    public int Ended { get; private set; }

    /// <summary>The first violation: the code under test may have caught it, and called it a fault.</summary>
    public Violation? Found { get; private set; }

    record struct Silence(int Packets, int Bytes, bool HasAnswered, int Window);

    /// <summary>The server has heard a client.</summary>
    /// <param name="window">Packets that one answer of this client may set free.</param>
    public void OnHeard(int client, bool isRequest, int window)
    {
        var before = _silences.GetValueOrDefault(client);
        _silences[client] = new(0, 0, before.HasAnswered || !isRequest, Math.Max(1, window));
    }

    public void OnSent(int client, int length)
    {
        var silence = _silences.GetValueOrDefault(client);
        silence.Packets++;
        silence.Bytes += length;
        _silences[client] = silence;
        var isTooMuch = silence.HasAnswered ? silence.Packets > MostPackets * silence.Window : silence.Packets > MostPackets || silence.Bytes > MostBytes;
        if (isTooMuch)
            Violated(Property.SilenceIsRespected, $"client {client} is silent, and got {silence.Packets} packets with {silence.Bytes} bytes");
    }

    public void OnCompleted(int client, ReadOnlySpan<byte> got, ReadOnlySpan<byte> file)
    {
        Completed++;
        if (got.SequenceEqual(file))
            return;
        var same = got.CommonPrefixLength(file);
        Violated(Property.ReadsAreWhole, $"client {client} got {got.Length} bytes for {file.Length}, different from byte {same} on");
    }

    public void OnEnded() => Ended++;

    public void Violated(Property property, string what)
    {
        Found ??= new(property, $"at {time.Now}: {what}");
        throw Found;
    }
}
