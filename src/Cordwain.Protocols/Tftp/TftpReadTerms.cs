using System.Globalization;
using System.Text;
using Cordwain.Protocols.Wire;

namespace Cordwain.Protocols.Tftp;

/// <summary>What the server grants at most.</summary>
/// <param name="BlockSize">Payload bytes in a DATA packet that pass the network whole; 8 to 65464.</param>
/// <param name="WindowSize">Blocks sent before an ACK is due; 1 to 4096, so that block numbers stay unambiguous.</param>
/// <param name="RollOverToOne">After block 65535 comes 1 and not 0: a few old clients want it.</param>
public sealed record TftpLimits(int BlockSize = TftpAsked.MaxBlockSize, int WindowSize = 64, bool RollOverToOne = false);

/// <summary>The terms of one transfer, already negotiated.</summary>
public sealed record TftpReadTerms
{
    /// <summary>RFC 1350 §2, when <c>blksize</c> is not negotiated.</summary>
    public const int DefaultBlockSize = 512;

    /// <summary>Bytes on the wire in all; null when only the end will tell.</summary>
    public long? Length { get; init; }

    /// <summary>Payload bytes in a full DATA packet: <c>blksize</c>, RFC 2348.</summary>
    /// <value>8 to 65464; 512 when not negotiated (RFC 1350 §2).</value>
    /// <exception cref="ArgumentOutOfRangeException">The value is outside the range the RFC allows.</exception>
    public int BlockSize
    {
        get;
        init => field = value is >= TftpAsked.MinBlockSize and <= TftpAsked.MaxBlockSize
            ? value : throw new ArgumentOutOfRangeException(nameof(value), value, "RFC 2348 allows 8 to 65464.");
    } = DefaultBlockSize;

    /// <summary>DATA packets sent before an ACK is due: <c>windowsize</c>, RFC 7440.</summary>
    /// <value>1 to 4096; 1, lock-step, when not negotiated.</value>
    /// <exception cref="ArgumentOutOfRangeException">The value is outside the range.</exception>
    public int WindowSize
    {
        get;
        init => field = value is >= 1 and <= 4096
            ? value : throw new ArgumentOutOfRangeException(nameof(value), value, "A window holds 1 to 4096 blocks.");
    } = 1;

    /// <summary>The longest wait between two repeats: <c>timeout</c>, RFC 2349; null when not negotiated.</summary>
    public TimeSpan? Timeout { get; init; }

    /// <summary>After block 65535 comes 1 and not 0.</summary>
    public bool RollOverToOne { get; init; }

    /// <summary>The client asked for the size: it may end the transfer once it knows it.</summary>
    public bool AskedForSize { get; init; }

    /// <summary>What is acknowledged to the client; all null: nothing, and the transfer begins with DATA 1.</summary>
    public TftpGrants Grants { get; init; }

    /// <summary>Grants what was asked, never more, and nothing that was not asked (RFC 2347).</summary>
    /// <param name="length">Of the content as it is stored; null when it is not known yet.</param>
    public static TftpReadTerms Negotiate(TftpRequest request, long? length, TftpLimits limits)
    {
        // The length on the wire differs once line ends are converted, so netascii knows none.
        var onTheWire = request.Mode == TftpMode.Octet ? length : null;
        var grants = new TftpGrants(
            request.Asked.BlockSize is { } size ? Math.Min(size, limits.BlockSize) : null,
            request.Asked.Timeout,
            request.Asked.WindowSize is { } window ? Math.Min(window, limits.WindowSize) : null,
            request.Asked.Size ? onTheWire : null);
        return new()
        {
            Length = onTheWire,
            BlockSize = grants.BlockSize ?? DefaultBlockSize,
            WindowSize = grants.WindowSize ?? 1,
            Timeout = grants.Timeout is { } seconds ? TimeSpan.FromSeconds(seconds) : null,
            RollOverToOne = limits.RollOverToOne,
            AskedForSize = request.Asked.Size,
            Grants = grants,
        };
    }

    /// <summary>The number of a block, counted from 1, as the packet carries it.</summary>
    public ushort WireBlock(long block) =>
        RollOverToOne && block > 0 ? (ushort)((block - 1) % 65535 + 1) : (ushort)block;

    /// <summary>How far an acknowledged number is ahead of a block.</summary>
    public int Distance(long from, ushort wireBlock)
    {
        var ahead = wireBlock - WireBlock(from);
        return ahead >= 0 ? ahead : ahead + (RollOverToOne ? 65535 : 65536);
    }
}

/// <summary>The options in the OACK; null: left out.</summary>
public readonly record struct TftpGrants(int? BlockSize, int? Timeout, int? WindowSize, long? Size)
{
    public bool Any => (BlockSize ?? Timeout ?? WindowSize ?? Size) is not null;

    /// <summary>The OACK packet (RFC 2347).</summary>
    public byte[] Encode()
    {
        var writer = new WireWriter(stackalloc byte[128]);
        writer.U16((ushort)TftpOpcode.OptionAck);
        Option(ref writer, "blksize", BlockSize);
        Option(ref writer, "timeout", Timeout);
        Option(ref writer, "tsize", Size);
        Option(ref writer, "windowsize", WindowSize);
        return writer.Written.ToArray();
    }

    static void Option(ref WireWriter writer, string name, long? value)
    {
        if (value is { } number)
            writer.Bytes(Encoding.ASCII.GetBytes(string.Create(CultureInfo.InvariantCulture, $"{name}\0{number}\0")));
    }
}
