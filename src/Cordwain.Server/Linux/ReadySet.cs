using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace Cordwain.Server.Linux;

/// <summary>Many sockets waited for by one thread (epoll), each with a number of the caller's; <see cref="Wake"/> ends a wait from any thread.</summary>
sealed unsafe class ReadySet : IDisposable
{
    /// <summary>The number that <see cref="Wake"/> reports.</summary>
    public const ulong Woken = ulong.MaxValue;

    const int Most = 128;

    // struct epoll_event is packed on x86-64 and nowhere else (linux/eventpoll.h).
    static readonly int Stride = RuntimeInformation.ProcessArchitecture == Architecture.X64 ? 12 : 16;

    readonly byte[] _ready = GC.AllocateArray<byte>(Most * 16, pinned: true);
    readonly LinuxHandle _set = LibC.EpollCreate(LibC.EpollCloexec);
    readonly LinuxHandle _wake = LibC.EventFd(0, LibC.SockCloexec | LibC.SockNonBlock);

    public ReadySet() => Add((int)_wake.DangerousGetHandle(), LibC.EpollIn, Woken);

    public void Add(int fd, uint events, ulong number)
    {
        var interest = stackalloc byte[16];
        Unsafe.WriteUnaligned(interest, events);
        Unsafe.WriteUnaligned(interest + Stride - 8, number);
        if (LibC.EpollCtl(_set, LibC.EpollCtlAdd, fd, interest) != 0)
            throw LibC.Failure();
    }

    public void Remove(int fd)
    {
        var unused = stackalloc byte[16];
        LibC.EpollCtl(_set, LibC.EpollCtlDel, fd, unused);
    }

    /// <returns>How many are ready; 0 after the time, or an interruption.</returns>
    public int Wait(int milliseconds)
    {
        fixed (byte* ready = _ready)
            return Math.Max(0, LibC.EpollWait(_set, ready, Most, milliseconds));
    }

    /// <summary>The events and the number of one that is ready.</summary>
    public (uint Events, ulong Number) this[int index] =>
        (Unsafe.ReadUnaligned<uint>(ref _ready[index * Stride]), Unsafe.ReadUnaligned<ulong>(ref _ready[(index * Stride) + Stride - 8]));

    public void Wake()
    {
        ulong one = 1;
        try
        {
            LibC.Write(_wake, &one, sizeof(ulong));
        }
        catch (ObjectDisposedException)
        {
            // Nobody waits any more.
        }
    }

    /// <summary>After <see cref="Woken"/> was reported: further calls of <see cref="Wake"/> end further waits.</summary>
    public void Awake()
    {
        ulong count;
        LibC.Read(_wake, &count, sizeof(ulong));
    }

    public void Dispose()
    {
        _set.Dispose();
        _wake.Dispose();
    }
}
