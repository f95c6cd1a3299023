using System.Buffers.Binary;
using System.Runtime.InteropServices;
using Cordwain.Protocols.Wire;

namespace Cordwain.Server.Linux;

/// <summary>A TCP connection as the system has it, never waited for. Results below zero are error numbers, negated.</summary>
/// <param name="Fd">Belongs to one thread, which closes it.</param>
readonly unsafe record struct StreamSocket(int Fd)
{
    /// <summary>Nothing to read, or no room to write, at the moment.</summary>
    public const int NotNow = -LibC.EAgain;

    /// <summary>A file whose file system cannot do what <see cref="SendFile"/> asks of it (sendfile(2)).</summary>
    public const int CannotSplice = -LibC.EInval;

    /// <summary>Takes one connection from a listening socket.</summary>
    /// <returns>The error number, or 0.</returns>
    public static int Accept(int listener, out StreamSocket accepted, out Ipv4Address peer)
    {
        var address = stackalloc byte[28];
        uint length = 28;
        var fd = LibC.Accept4(listener, address, &length, LibC.SockNonBlock | LibC.SockCloexec);
        accepted = new(fd);
        peer = fd < 0 ? default : Ipv4Of(address, length);
        if (fd < 0)
            return Marshal.GetLastPInvokeError();
        var yes = 1;
        LibC.SetSockOpt(fd, LibC.IpProtoTcp, LibC.TcpNoDelay, &yes, sizeof(int));
        return 0;
    }

    /// <summary>The address that the machine reached.</summary>
    public Ipv4Address LocalAddress()
    {
        var address = stackalloc byte[28];
        uint length = 28;
        return LibC.GetSockName(Fd, address, &length) == 0 ? Ipv4Of(address, length) : default;
    }

    public int Receive(Span<byte> buffer)
    {
        fixed (byte* into = buffer)
            return Result(LibC.Recv(Fd, into, (nuint)buffer.Length, LibC.MsgDontWait));
    }

    /// <param name="more">More follows at once: a packet that is not full may wait for it.</param>
    public int Send(ReadOnlySpan<byte> bytes, bool more)
    {
        fixed (byte* from = bytes)
            return Result(LibC.Send(Fd, from, (nuint)bytes.Length, LibC.MsgDontWait | LibC.MsgNoSignal | (more ? LibC.MsgMore : 0)));
    }

    /// <summary>Has the system send a part of a file, which is neither read nor mapped by us.</summary>
    /// <param name="offset">Moves on by what was sent.</param>
    /// <returns>0: the file ends here. <see cref="CannotSplice"/>: it has to be read and sent.</returns>
    public int SendFile(nint file, ref long offset, long count)
    {
        fixed (long* from = &offset)
        {
            var result = Result(LibC.SendFile(Fd, file, from, (nuint)count));
            return result == -LibC.ENoSys ? CannotSplice : result;
        }
    }

    /// <summary>The connection has ended, or its way: an error that is not ours.</summary>
    public static bool HasEnded(int result) => -result is LibC.EPipe or LibC.EConnReset or LibC.EConnAborted or LibC.ENotConn or LibC.ETimedOut
        or LibC.EHostUnreach or LibC.EHostDown or LibC.ENetUnreach or LibC.ENetDown;

    /// <summary>Bytes that the other side has not yet confirmed.</summary>
    public int Unconfirmed()
    {
        int bytes;
        return LibC.IoCtl(Fd, LibC.SiocOutQ, &bytes) == 0 ? bytes : 0;
    }

    public void EndWriting() => LibC.Shutdown(Fd, LibC.ShutWr);

    public void Close() => LibC.Close(Fd);

    /// <summary>Closes so that the other side sees a broken connection, never a complete one.</summary>
    public void Break()
    {
        var linger = stackalloc int[] { 1, 0 };
        LibC.SetSockOpt(Fd, LibC.SolSocket, LibC.SoLinger, linger, 2 * sizeof(int));
        LibC.Close(Fd);
    }

    static int Result(nint result) => result >= 0 ? (int)result : -Marshal.GetLastPInvokeError();

    // struct sockaddr_in has the address at byte 4; struct sockaddr_in6 at 8, an IPv4 address in its last four bytes.
    static Ipv4Address Ipv4Of(byte* address, uint length) => length switch
    {
        16 => new(BinaryPrimitives.ReadUInt32BigEndian(new(address + 4, 4))),
        28 when new ReadOnlySpan<byte>(address + 8, 10).IndexOfAnyExcept((byte)0) < 0 && address[18] == 0xff && address[19] == 0xff =>
            new(BinaryPrimitives.ReadUInt32BigEndian(new(address + 20, 4))),
        _ => default,
    };
}
