using Cordwain.Protocols.Tftp;
using Cordwain.Protocols.Wire;

namespace Cordwain.Fuzz;

/// <summary>Any bytes as a TFTP request: refused with a reason, or read within the rules; the answer that follows is never more than was asked.</summary>
public static class TftpRequestTarget
{
    static readonly TftpLimits Limits = new(BlockSize: 1468, WindowSize: 64);

    public static void Run(ReadOnlySpan<byte> data)
    {
        _ = TftpPacket.TryReadAck(data, out _);
        _ = TftpPacket.TryReadError(data, out _, out _);
        if (!TftpRequest.TryParse(data, out var request, out var error))
        {
            Require(error.Fault != WireFault.None && error.Offset >= 0 && error.Offset <= data.Length, "a refusal names a fault and a place");
            return;
        }

        var asked = request.Asked;
        Require(request.Name.Length > 0, "a name is not empty");
        Require(asked.BlockSize is null or >= 8 and <= 65464, "blksize is in range");
        Require(asked.WindowSize is null or >= 1 and <= 65535, "windowsize is in range");
        Require(asked.Timeout is null or >= 1 and <= 255, "timeout is in range");

        var terms = TftpReadTerms.Negotiate(request, data.Length, Limits);
        Require(terms.BlockSize <= Math.Min(asked.BlockSize ?? 512, Math.Max(Limits.BlockSize, 512)), "no larger block than asked");
        Require(terms.WindowSize <= (asked.WindowSize ?? 1), "no larger window than asked");
        Require(terms.Grants.Encode().Length <= 128, "an OACK is short");
    }

    static void Require(bool holds, string rule)
    {
        if (!holds)
            throw new InvalidOperationException($"Broken: {rule}.");
    }
}
