using System.Net.Sockets;
using System.Runtime.InteropServices;

namespace Cordwain.Server.Linux;

/// <summary>Takes one netlink message: its type, and what follows its header.</summary>
delegate void NetlinkRow(ushort type, ReadOnlySpan<byte> body);

/// <summary>An rtnetlink socket: asks for tables, or hears of changes.</summary>
sealed unsafe class NetlinkSocket : IDisposable
{
    internal const uint LinkChanges = 0x1, Ipv4AddressChanges = 0x10;

    const ushort RequestDump = 0x301;
    const int NetlinkRoute = 0;

    readonly LinuxHandle _socket;
    readonly WaitSet _wait = new();
    readonly byte[] _buffer = new byte[64 * 1024];

    NetlinkSocket(LinuxHandle socket) => _socket = socket;

    /// <param name="groups">Kinds of changes to hear of; 0 for asking only.</param>
    /// <exception cref="SocketException">The system offers no netlink, as in some sandboxes.</exception>
    public static NetlinkSocket Open(uint groups = 0)
    {
        var socket = LibC.Socket(LibC.AfNetlink, LibC.SockRaw | LibC.SockCloexec, NetlinkRoute);
        var address = new LibC.SockAddrNl { Family = LibC.AfNetlink, Groups = groups };
        if (!socket.IsInvalid && LibC.Bind(socket, &address, (uint)sizeof(LibC.SockAddrNl)) == 0)
            return new(socket);

        var error = LibC.Failure();
        socket.Dispose();
        throw error;
    }

    /// <summary>Reads a whole table, again when it changed under the reading.</summary>
    /// <param name="family">AF_INET, or 0 for links.</param>
    /// <exception cref="SocketException">The system refused.</exception>
    public static void Dump(ushort request, byte family, Action start, NetlinkRow row)
    {
        for (var attempt = 0; attempt < 5; attempt++)
        {
            using var socket = Open();
            start();
            if (socket.TryDump(request, family, row))
                return;
        }
    }

    /// <summary>Waits for a change and swallows all that have come: what changed is read from the tables.</summary>
    /// <returns>False once it is closed.</returns>
    public bool WaitForChange()
    {
        if (!_wait.Wait(_socket))
            return false;
        do
        {
            // ENOBUFS says that changes were lost; as everything is read anew, nothing is.
        }
        while (Receive(LibC.MsgDontWait) > 0);

        return true;
    }

    /// <summary>Ends <see cref="WaitForChange"/>.</summary>
    public void Close() => _wait.Stop();

    public void Dispose()
    {
        _wait.Stop();
        _socket.Dispose();
        _wait.Dispose();
    }

    bool TryDump(ushort request, byte family, NetlinkRow row)
    {
        // struct nlmsghdr, then the largest of the request bodies (ifinfomsg): all zero but for the family.
        Span<byte> message = stackalloc byte[NetlinkMessages.HeaderLength + 16];
        message.Clear();
        MemoryMarshal.Write(message, message.Length);
        MemoryMarshal.Write(message[4..], request);
        MemoryMarshal.Write(message[6..], RequestDump);
        message[NetlinkMessages.HeaderLength] = family;
        var kernel = new LibC.SockAddrNl { Family = LibC.AfNetlink };
        fixed (byte* bytes = message)
        {
            if (LibC.SendTo(_socket, bytes, (nuint)message.Length, 0, &kernel, (uint)sizeof(LibC.SockAddrNl)) < 0)
                throw LibC.Failure();
        }

        var consistent = true;
        while (Receive(0) is var length and > 0)
        {
            for (var rest = _buffer.AsSpan(0, length); rest.Length >= NetlinkMessages.HeaderLength;)
            {
                var size = MemoryMarshal.Read<int>(rest);
                if (size < NetlinkMessages.HeaderLength || size > rest.Length)
                    return false;

                var type = MemoryMarshal.Read<ushort>(rest[4..]);
                consistent &= (MemoryMarshal.Read<ushort>(rest[6..]) & NetlinkMessages.Interrupted) == 0;
                if (type == NetlinkMessages.Done)
                    return consistent;
                if (type == NetlinkMessages.Error)
                    throw LibC.Failure(size >= NetlinkMessages.HeaderLength + 4 ? -MemoryMarshal.Read<int>(rest[NetlinkMessages.HeaderLength..]) : 0);

                row(type, rest[NetlinkMessages.HeaderLength..size]);
                rest = rest[Math.Min((size + 3) & ~3, rest.Length)..];
            }
        }

        return false;
    }

    int Receive(int flags)
    {
        fixed (byte* bytes = _buffer)
            return (int)LibC.RecvFrom(_socket, bytes, (nuint)_buffer.Length, flags, null, null);
    }
}
