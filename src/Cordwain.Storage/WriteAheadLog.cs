using System.Buffers.Binary;
using Cordwain.Storage.Native;

namespace Cordwain.Storage;

/// <summary>Looks through SQLite's log (the <c>-wal</c> file) for what SQLite itself passes over without a word.</summary>
/// <remarks>
/// SQLite takes the log up to the first frame whose checksum fails and forgets the rest: right for the end that a power cut tore off, wrong for a
/// damaged byte in the middle, behind which acknowledged transactions stand. A transaction begins only after the one before it was on the disk, so
/// two ends of transactions at or behind the failing frame prove damage. The layout: https://sqlite.org/fileformat2.html#walformat.
/// </remarks>
static class WriteAheadLog
{
    /// <summary>What its name adds to the name of the file it belongs to.</summary>
    public const string Ending = "-wal";

    const int HeaderLength = 32, FrameHeaderLength = 24;
    const uint Magic = 0x377F0682;

    /// <summary>Length of a log of so many pages, in bytes.</summary>
    public static long LengthOf(long pages, long pageSize) => HeaderLength + pages * (FrameHeaderLength + pageSize);

    /// <summary>Whether a log begins with this; its last bit says in which order checksums take their bytes.</summary>
    public static bool IsMagic(uint first) => (first & ~1u) == Magic;

    /// <summary>What is wrong with the log of a store, as a clause; null: nothing that can be told.</summary>
    public static string? Finding(string path)
    {
        if (!File.Exists(path))
            return null;
        using var log = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete, 1 << 16);
        return Finding(log);
    }

    public static string? Finding(Stream log)
    {
        if (log.Length < HeaderLength)
            return null;
        var header = new byte[HeaderLength];
        log.ReadExactly(header);
        var magic = BinaryPrimitives.ReadUInt32BigEndian(header);
        var sum = new Checksum(IsBigEndian: (magic & 1) != 0);
        sum.Add(header.AsSpan(0, 24));
        var pageSize = BinaryPrimitives.ReadInt32BigEndian(header.AsSpan(8));
        if (!IsMagic(magic) || !sum.Is(header.AsSpan(24)) || pageSize is < 512 or > 65536)
            return log.Length >= HeaderLength + FrameHeaderLength + 512 && !IsBlank(header, log) ? "its head does not read, so none of it is taken" : null;

        return FramesFinding(log, header.AsSpan(16, 8), sum, pageSize);
    }

    /// <summary>Nothing has been written to it since room was made in it. The zeros: how far that had come when the power went.</summary>
    static bool IsBlank(ReadOnlySpan<byte> header, Stream log)
    {
        if (log.Length > LogFile.Part && header.ContainsAnyExcept(LogFile.Filler) || header.ContainsAnyExcept(LogFile.Filler, (byte)0))
            return false;
        var part = new byte[1 << 16];
        for (int length; (length = log.Read(part)) > 0;)
        {
            if (part.AsSpan(0, length).ContainsAnyExcept(LogFile.Filler, (byte)0))
                return false;
        }

        return true;
    }

    static string? FramesFinding(Stream log, ReadOnlySpan<byte> salt, Checksum sum, int pageSize)
    {
        var frame = new byte[FrameHeaderLength + pageSize];
        int number = 0, broken = 0, lost = 0;
        while (log.ReadAtLeast(frame, frame.Length, throwOnEndOfStream: false) == frame.Length)
        {
            number++;
            var isOfThisLog = frame.AsSpan(8, 8).SequenceEqual(salt);
            if (broken == 0)
            {
                sum.Add(frame.AsSpan(0, 8));
                sum.Add(frame.AsSpan(FrameHeaderLength));
                if (isOfThisLog && sum.Is(frame.AsSpan(16)))
                    continue;
                broken = number;
            }

            if (isOfThisLog && BinaryPrimitives.ReadUInt32BigEndian(frame.AsSpan(4)) != 0)
                lost++;
        }

        return lost < 2 ? null : $"its page {broken} does not read, so {lost} transactions from there on are not taken";
    }

    /// <summary>The running sum over header and frames; 32-bit words in the order that the header names.</summary>
    struct Checksum(bool IsBigEndian)
    {
        uint _first, _second;

        public void Add(ReadOnlySpan<byte> words)
        {
            for (; words.Length >= 8; words = words[8..])
            {
                _first += Word(words) + _second;
                _second += Word(words[4..]) + _first;
            }
        }

        public readonly bool Is(ReadOnlySpan<byte> stored) =>
            BinaryPrimitives.ReadUInt32BigEndian(stored) == _first && BinaryPrimitives.ReadUInt32BigEndian(stored[4..]) == _second;

        readonly uint Word(ReadOnlySpan<byte> bytes) => IsBigEndian ? BinaryPrimitives.ReadUInt32BigEndian(bytes) : BinaryPrimitives.ReadUInt32LittleEndian(bytes);
    }
}
