using Cordwain.Content;
using Cordwain.Simulation.Tests.Kernel;

namespace Cordwain.Simulation.Tests.Tftp;

/// <summary>A file as the engine opens it: its bytes may be late, or not to be had.</summary>
sealed class SimulatedContent(TftpFile file, VirtualTime time, SeededRandom random) : BootContent
{
    const int MostStalls = 3;

    int _stalls;

    public override long? Length => file.IsLengthKnown ? file.Bytes.Length : null;

    public override ValueTask<int> ReadAsync(long offset, Memory<byte> buffer, CancellationToken cancellationToken)
    {
        if (_stalls >= MostStalls || !random.Chance(file.Stalls))
            return ValueTask.FromResult(Read((int)offset, buffer.Span));

        // Continues where it is completed: in the event, on this thread.
        _stalls++;
        var arrival = new TaskCompletionSource();
        time.After(random.Seconds(0, 20), arrival.SetResult);
        return ReadLaterAsync(arrival.Task, (int)offset, buffer);
    }

    async ValueTask<int> ReadLaterAsync(Task arrival, int offset, Memory<byte> buffer)
    {
        await arrival.ConfigureAwait(false);
        return Read(offset, buffer.Span);
    }

    int Read(int offset, Span<byte> buffer)
    {
        var count = Math.Clamp(file.Bytes.Length - offset, 0, buffer.Length);
        if (file.FailsAt < offset + count)
            throw new IOException("the disk failed");
        file.Bytes.AsSpan(Math.Min(offset, file.Bytes.Length), count).CopyTo(buffer);
        return count;
    }
}
