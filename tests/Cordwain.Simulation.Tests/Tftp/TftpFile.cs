using Cordwain.Simulation.Tests.Kernel;

namespace Cordwain.Simulation.Tests.Tftp;

/// <summary>Content to read, with the ways in which content can be slow or fail.</summary>
/// <param name="IsLengthKnown">The server knows the length before the first block.</param>
/// <param name="FailsAt">From this byte on nothing can be read; null: all can.</param>
/// <param name="Stalls">Share of the reads whose bytes are not there yet.</param>
sealed record TftpFile(byte[] Bytes, bool IsLengthKnown, int? FailsAt, double Stalls)
{
    public static TftpFile From(SeededRandom random)
    {
        var bytes = new byte[random.Below(10) switch
        {
            0 => 0,
            1 => 512 * random.Between(1, 4),   // ends with an empty block
            < 8 => random.Between(1, 20_000),
            _ => random.Between(20_000, 400_000),
        }];
        for (var i = 0; i + 8 <= bytes.Length; i += 8)
            BitConverter.TryWriteBytes(bytes.AsSpan(i), random.Next());
        return new(bytes, random.Chance(0.8), random.Chance(0.05) ? random.Below(bytes.Length + 1) : null, random.Chance(0.1) ? 0.05 : 0);
    }
}
