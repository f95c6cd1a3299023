using System.Buffers.Binary;

namespace Cordwain.Storage;

/// <summary>Looks through SQLite's log (the <c>-wal</c> file) for what SQLite itself passes over without a word, and gives it its length.</summary>
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

    // SQLite begins anew at the front when it has written 1,000 pages.
    const int UsualLength = HeaderLength + 1000 * (FrameHeaderLength + 4096);
    const uint Magic = 0x377F0682;

    /// <summary>What is wrong with the log of a store, as a clause; null: nothing that can be told.</summary>
    public static string? Finding(string path)
    {
        var file = new FileInfo(path);
        if (!file.Exists || file.Length < HeaderLength)
            return null;

        using var log = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete, 1 << 16);
        var header = new byte[HeaderLength];
        log.ReadExactly(header);
        var magic = BinaryPrimitives.ReadUInt32BigEndian(header);
        var sum = new Checksum(IsBigEndian: (magic & 1) != 0);
        sum.Add(header.AsSpan(0, 24));
        var pageSize = BinaryPrimitives.ReadInt32BigEndian(header.AsSpan(8));
        if ((magic & ~1u) != Magic || !sum.Is(header.AsSpan(24)) || pageSize is < 512 or > 65536)
            return file.Length >= HeaderLength + FrameHeaderLength + 512 && !IsBlank(log) ? "its head does not read, so none of it is taken" : null;

        return FramesFinding(log, header.AsSpan(16, 8), sum, pageSize);
    }

    /// <summary>Nothing has been written to it since <see cref="Reserve"/>.</summary>
    static bool IsBlank(FileStream log)
    {
        log.Position = 0;
        var part = new byte[1 << 16];
        for (int length; (length = log.Read(part)) > 0;)
        {
            if (part.AsSpan(0, length).ContainsAnyExcept((byte)0))
                return false;
        }

        return true;
    }

    /// <summary>Gives the log of an open store its usual length in zeros, of which SQLite takes no notice, so that a sync need not store where the log has grown to.</summary>
    /// <remarks>Until SQLite has been once through its log, each commit would cost two writes of the disk, one after the other, instead of one.</remarks>
    public static void Reserve(string path)
    {
        long length = 0;
        try
        {
            using var log = new FileStream(path, FileMode.Open, FileAccess.Write, FileShare.ReadWrite | FileShare.Delete, bufferSize: 0);
            length = log.Length;
            try
            {
                var zeros = new byte[1 << 16];
                for (log.Position = length; log.Position < UsualLength;)
                    log.Write(zeros);
                log.Flush(flushToDisk: true);
            }
            catch (IOException)
            {
                log.SetLength(length);   // no room for it: the log grows as it needs to
            }
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            // Whatever it is, SQLite meets it as well, and says so when it matters.
        }
    }

    static string? FramesFinding(FileStream log, ReadOnlySpan<byte> salt, Checksum sum, int pageSize)
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

        return lost < 2 ? null : $"its page {broken} of {number} does not read, so {lost} transactions from there on are not taken";
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
