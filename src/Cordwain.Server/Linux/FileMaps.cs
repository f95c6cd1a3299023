using System.Runtime.InteropServices;

namespace Cordwain.Server.Linux;

/// <summary>A part of a file in our address space, for the kernel to send from.</summary>
/// <remarks>
/// Only system calls may touch it: where the file has become shorter they fail with EFAULT, while a read of our own would end the process (SIGBUS).
/// </remarks>
sealed unsafe class FilePart(byte* start, long index)
{
    static readonly TimeSpan Fresh = TimeSpan.FromMicroseconds(50);

    int _uses;
    long _seenAt = -Fresh.Ticks;
    long _seenLength;

    public byte* Start => start;

    public long Index => index;

    public bool IsIdle => Volatile.Read(ref _uses) == 0;

    /// <summary>Not used at the last <see cref="FileMaps.Trim"/> either. Guarded by the lock of <see cref="FileMaps"/>.</summary>
    public bool WasIdle { get; set; }

    /// <summary>
    /// How long the file is. What is mapped past its end reads as zeros up to the end of the page, so whoever sends asks first. A look at
    /// the file that is a moment old will do: transfers by the hundred ask, and the last block of each is read and not taken from here.
    /// </summary>
    /// <param name="now">Monotonic.</param>
    public long LengthNow(SafeHandle file, TimeSpan now)
    {
        if (now.Ticks - Volatile.Read(ref _seenAt) >= Fresh.Ticks)
        {
            Volatile.Write(ref _seenLength, FileStamp.TryRead(file, out var stamp) ? stamp.Size : 0);
            Volatile.Write(ref _seenAt, now.Ticks);
        }

        return Volatile.Read(ref _seenLength);
    }

    public void Use() => Interlocked.Increment(ref _uses);

    public void Release() => Interlocked.Decrement(ref _uses);
}

/// <summary>The parts of files that transfers of the moment send from, each mapped once for all of them. Safe for several threads.</summary>
sealed unsafe class FileMaps : IDisposable
{
    /// <summary>Of one part; a multiple of every page size.</summary>
    public const int PartLength = 1 << 20;

    /// <summary>What is mapped counts as our memory as long as it is. Transfers beyond this read their files instead.</summary>
    const int MaxParts = 96;

    readonly Lock _gate = new();
    readonly Dictionary<(FileStamp, long), FilePart> _parts = [];
    bool _disposed;

    /// <summary>Parts mapped at the moment.</summary>
    public int Count
    {
        get
        {
            lock (_gate)
                return _parts.Count;
        }
    }

    /// <param name="index">The part begins at this many times <see cref="PartLength"/>.</param>
    /// <returns>To be released by the caller; null when there is no room, or the file cannot be mapped.</returns>
    public FilePart? Use(SafeHandle file, FileStamp stamp, long index)
    {
        lock (_gate)
        {
            if (!_parts.TryGetValue((stamp, index), out var part))
            {
                if (_disposed || (_parts.Count >= MaxParts && !Trim(all: true)))
                    return null;
                var start = (byte*)LibC.Map(null, PartLength, LibC.ProtRead, LibC.MapShared, file, index * PartLength);
                if ((nint)start == -1)
                    return null;
                _parts[(stamp, index)] = part = new(start, index);
            }

            part.WasIdle = false;
            part.Use();
            return part;
        }
    }

    /// <summary>Gives back what has not been used since the last call.</summary>
    /// <param name="all">What is not in use this moment.</param>
    /// <returns>False when nothing was given back.</returns>
    public bool Trim(bool all = false)
    {
        lock (_gate)
        {
            var before = _parts.Count;
            foreach (var (place, part) in _parts)
            {
                if (part.IsIdle && (all || part.WasIdle))
                {
                    _parts.Remove(place);
                    LibC.Unmap(part.Start, PartLength);
                }
                else
                {
                    part.WasIdle = part.IsIdle;
                }
            }

            return _parts.Count < before;
        }
    }

    /// <summary>What is still in use stays mapped until the process ends.</summary>
    public void Dispose()
    {
        lock (_gate)
            _disposed = true;
        Trim(all: true);
    }
}
