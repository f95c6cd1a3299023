using Cordwain.Protocols.Tftp;

namespace Cordwain.Server.Tftp;

/// <summary>Content as netascii. Its length is known only at the end, and to go back within a window it remembers where each block began.</summary>
sealed class NetasciiReader(IWireBytes text, TftpReadTerms terms) : IWireBytes
{
    readonly Place[] _places = new Place[terms.WindowSize + 2];
    readonly byte[] _text = new byte[Math.Min(terms.BlockSize, 4096)];

    public int Read(long offset, Span<byte> destination)
    {
        var block = offset / terms.BlockSize;
        var place = _places[block % _places.Length];
        if (place.Block != block)
            throw new InvalidOperationException("A block outside the window was asked for.");

        var filled = 0;
        while (filled < destination.Length)
        {
            var count = text.Read(place.TextOffset, _text);
            if (count == ContentReader.Waiting)
                return ContentReader.Waiting;

            place.Encoder.Convert(_text.AsSpan(0, count), destination[filled..], out var consumed, out var written);
            if (written == 0)
                break;
            place.TextOffset += consumed;
            filled += written;
        }

        _places[(block + 1) % _places.Length] = place with { Block = block + 1 };
        return filled;
    }

    public void Dispose() => text.Dispose();

    /// <summary>Where a block begins in the text.</summary>
    record struct Place(long Block, long TextOffset)
    {
        public NetasciiEncoder Encoder;
    }
}
