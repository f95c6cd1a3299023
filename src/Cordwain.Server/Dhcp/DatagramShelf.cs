namespace Cordwain.Server.Dhcp;

/// <summary>Keeps copies of many small datagrams in few arrays; an array goes when nobody holds any of its datagrams any more. Used by one thread at a time.</summary>
sealed class DatagramShelf
{
    // Below the size at which arrays are expensive to make and to collect.
    const int ShelfSize = 64 << 10;

    byte[] _shelf = [];
    int _used;

    public ReadOnlyMemory<byte> Keep(ReadOnlySpan<byte> datagram)
    {
        datagram.CopyTo(Room(datagram.Length));
        return Take(datagram.Length);
    }

    /// <summary>Where the next datagram can be written, at least so many bytes.</summary>
    public Span<byte> Room(int most)
    {
        if (_shelf.Length - _used < most)
            (_shelf, _used) = (GC.AllocateUninitializedArray<byte>(Math.Max(ShelfSize, most)), 0);
        return _shelf.AsSpan(_used);
    }

    /// <summary>Keeps what was written to <see cref="Room"/>.</summary>
    public ReadOnlyMemory<byte> Take(int length)
    {
        _used += length;
        return _shelf.AsMemory(_used - length, length);
    }
}
