using Cordwain.Protocols.Tftp;
using Cordwain.Protocols.Wire;

namespace Cordwain.Fuzz.Targets;

/// <summary>Any bytes as a TFTP request: refused with a reason, or read within the rules; the answer that follows is never more than was asked.</summary>
public sealed class TftpRequestTarget : IFuzzTarget
{
    public string Name => "tftp-request";

    public IReadOnlyList<string> Corpora => ["Cordwain.Fuzz/corpus/tftp-request"];

    public IReadOnlyList<byte[]> Words =>
        FuzzWords.Of("octet\0", "netascii\0", "mail\0", "blksize\0", "tsize\0", "timeout\0", "windowsize\0", "1468\0", "65464\0", "0\0", "\0");

    public int LongestInput => 600;

    static readonly TftpLimits Limits = new(BlockSize: 1468, WindowSize: 64);

    public int Run(ReadOnlySpan<byte> input)
    {
        _ = TftpPacket.TryReadAck(input, out _);
        _ = TftpPacket.TryReadError(input, out _, out _);
        if (!TftpRequest.TryParse(input, out var request, out var error))
        {
            Require(error.Fault != WireFault.None && error.Offset >= 0 && error.Offset <= input.Length, "a refusal names a fault and a place");
            return (int)error.Fault;
        }

        var asked = request.Asked;
        Require(request.Name.Length > 0, "a name is not empty");
        Require(asked.BlockSize is null or >= 8 and <= 65464, "blksize is in range");
        Require(asked.WindowSize is null or >= 1 and <= 65535, "windowsize is in range");
        Require(asked.Timeout is null or >= 1 and <= 255, "timeout is in range");

        var terms = TftpReadTerms.Negotiate(request, input.Length, Limits);
        Require(terms.BlockSize <= Math.Min(asked.BlockSize ?? 512, Math.Max(Limits.BlockSize, 512)), "no larger block than asked");
        Require(terms.WindowSize <= (asked.WindowSize ?? 1), "no larger window than asked");
        Require(terms.Grants.Encode().Length <= 128, "an OACK is short");
        return HashCode.Combine(asked.BlockSize is null, asked.WindowSize is null, asked.Timeout is null, terms.BlockSize, terms.WindowSize);
    }

    static void Require(bool holds, string rule)
    {
        if (!holds)
            throw new InvalidOperationException($"Broken: {rule}.");
    }
}
