using System.Buffers;
using System.Text;
using Cordwain.Content;
using Cordwain.Protocols.Wire;
using Cordwain.Server.Linux;
using Microsoft.Win32.SafeHandles;

namespace Cordwain.Server.HttpBoot.Plain;

/// <summary>What one question led to, while it is sent and as long as it is kept. Used by one thread.</summary>
/// <param name="name">The name asked for, as the journal has it.</param>
sealed class ServedFile(string name, Ipv4Address client, OpenedFile opened)
{
    /// <summary>Files up to this size are kept in memory: one call sends head and bytes.</summary>
    public const int SmallLength = 16 * 1024;

    int _uses = 1;
    BootFileAnswer? _whole;
    (byte[] Path, FileStamp Stamp)[] _stamps = [];
    long _trueInTurn = -1;
    int _dateAt;

    public string Name { get; } = name;

    public Ipv4Address Client { get; } = client;

    public OpenedFile Opened { get; } = opened;

    /// <summary>The bytes, where they are in memory.</summary>
    public ReadOnlyMemory<byte>? Bytes { get; private set; } = opened.Content?.Bytes;

    /// <summary>Its file system does not let the system send it: it has to be read first.</summary>
    public bool MustBeRead { get; set; }

    /// <summary>The head of a whole answer on a connection that stays open; null until somebody needs it.</summary>
    public byte[]? Head { get; private set; }

    /// <summary>Bytes of memory that keeping this takes.</summary>
    public int Weight { get; private set; }

    /// <summary>The answer to a GET without conditions.</summary>
    public BootFileAnswer Whole => _whole ??= BootFileAnswer.Of(new(IsHead: false), Opened.Content!, Opened.ContentType);

    public long LastUsed { get; set; }

    public void Hold() => _uses++;

    /// <summary>One use has ended; with the last one the file is closed.</summary>
    public void Release()
    {
        if (--_uses == 0)
            Opened.Content?.Dispose();
    }

    /// <summary>Makes this fit to be given again: remembers what the file looks like, and a small one's bytes.</summary>
    /// <returns>False when that cannot be relied on: the file has changed a moment ago, or is not what its path names.</returns>
    public bool TryKeep(DateTimeOffset now, long turn)
    {
        if (Opened is not { Basis: { } basis, Content: { Extent: { Offset: 0 } extent } content } || !TryStamp(basis, out var stamps)
            || !FileStamp.TryRead(extent.File, out var own) || own != stamps[^1].Stamp || own.Size != extent.Length || !own.IsPlain
            // A change in the same tick of the file system's clock would not show.
            || now.ToUnixTimeSeconds() - Math.Max(own.ModifiedSeconds, own.ChangedSeconds) < 3)
            return false;

        if (extent.Length <= SmallLength)
        {
            var bytes = new byte[extent.Length];
            if (!TryReadAll(extent.File, bytes) || !FileStamp.TryRead(extent.File, out var after) || after != own)
                return false;
            Bytes = bytes;
            content.Dispose();   // Its length and tag are still to be had, its file is not needed.
        }

        _stamps = stamps;
        _trueInTurn = turn;
        Weight = 2048 + (int)(Bytes?.Length ?? 0);
        return true;
    }

    /// <summary>The same question would be answered so now: decision, path and file are as they were.</summary>
    /// <param name="turn">What was looked at in this turn of the worker is not looked at again.</param>
    public bool IsStillTrue(long turn)
    {
        if (_trueInTurn == turn)
            return true;
        if (!Opened.Basis!.Holds())
            return false;
        for (var i = 0; i < _stamps.Length; i++)
        {
            ref var known = ref _stamps[i];
            if (!FileStamp.TryRead(known.Path, out var now))
                return false;
            // What else lies in a folder, and so its times, does not matter.
            if (i < _stamps.Length - 1 ? !now.IsFolder || now.Inode != known.Stamp.Inode || now.Device != known.Stamp.Device : now != known.Stamp)
                return false;
        }

        _trueInTurn = turn;
        return true;
    }

    /// <summary>Writes the head of a whole answer, most of it ready made.</summary>
    public void WriteHead(ArrayBufferWriter<byte> to, AnswerHeads heads, in BootFileAnswer answer)
    {
        if (Head is null)
        {
            _dateAt = heads.Write(to, answer, isOld: false, keepsAlive: true);
            Head = to.WrittenSpan.ToArray();
            return;
        }

        heads.Date.CopyTo(Head.AsSpan(_dateAt));
        to.Write(Head);
    }

    /// <returns>False when it is shorter, or the disk fails: whoever sends it will say so.</returns>
    static bool TryReadAll(SafeFileHandle file, byte[] bytes)
    {
        try
        {
            return RandomAccess.Read(file, bytes, 0) == bytes.Length;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return false;
        }
    }

    /// <summary>Each folder below the root, and the file; a link among them means that this cannot be kept.</summary>
    static bool TryStamp(AnswerBasis basis, out (byte[] Path, FileStamp Stamp)[] stamps)
    {
        var parts = Path.GetRelativePath(basis.Root, basis.Path).Split('/');
        stamps = new (byte[], FileStamp)[parts.Length];
        var path = basis.Root;
        for (var i = 0; i < parts.Length; i++)
        {
            path = Path.Join(path, parts[i]);
            var bytes = Encoding.UTF8.GetBytes(path + '\0');
            if (!FileStamp.TryRead(bytes, out var stamp) || (i < parts.Length - 1 && !stamp.IsFolder))
                return false;
            stamps[i] = (bytes, stamp);
        }

        return true;
    }
}
