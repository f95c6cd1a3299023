using Cordwain.Protocols.Capture;

namespace Cordwain.Fuzz.Targets;

/// <summary>Capture files and the frames in them.</summary>
public sealed class CaptureFileTarget : IFuzzTarget
{
    public string Name => "capture-file";

    public IReadOnlyList<string> Corpora => ["vectors/dhcp4", "Cordwain.Fuzz/corpus/capture-file"];

    public IReadOnlyList<byte[]> Words => [[0x0A, 0x0D, 0x0D, 0x0A], [0x4D, 0x3C, 0x2B, 0x1A], [0x81, 0, 0, 1], [8, 0, 0x45]];

    public IEnumerable<byte[]> Read(string path) => path.EndsWith(".md", StringComparison.Ordinal) || path.EndsWith(".txt", StringComparison.Ordinal) ? [] : [File.ReadAllBytes(path)];

    public int Run(ReadOnlySpan<byte> input)
    {
        var whole = CaptureFile.TryRead(input.ToArray(), out var frames, out var error);
        var (datagrams, bytes) = (0, 0);
        foreach (var frame in frames)
        {
            if (!UdpDatagram.TryParse(frame, out var datagram))
                continue;
            datagrams++;
            bytes += datagram.Payload.Length;
        }

        if (bytes > input.Length)
            throw new InvalidOperationException("more payload than file");
        return HashCode.Combine(whole, error.Length, Math.Min(frames.Length, 8), Math.Min(datagrams, 8));
    }
}
