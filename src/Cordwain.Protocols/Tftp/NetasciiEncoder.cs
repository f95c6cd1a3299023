namespace Cordwain.Protocols.Tftp;

/// <summary>Turns text into netascii piece by piece: LF becomes CR LF, CR becomes CR NUL (RFC 764, p. 11).</summary>
/// <remarks>A value: a copy is a place in the text to come back to, also when a block ends between the CR and what follows it.</remarks>
public struct NetasciiEncoder
{
    const byte Cr = (byte)'\r', Lf = (byte)'\n';

    byte? _pending;

    /// <summary>Converts as much as fits.</summary>
    public void Convert(ReadOnlySpan<byte> source, Span<byte> destination, out int consumed, out int written)
    {
        consumed = written = 0;
        while (written < destination.Length)
        {
            if (_pending is { } second)
            {
                destination[written++] = second;
                _pending = null;
            }
            else if (consumed < source.Length)
            {
                var next = source[consumed++];
                _pending = next switch { Lf => Lf, Cr => 0, _ => null };
                destination[written++] = _pending is null ? next : Cr;
            }
            else
            {
                return;
            }
        }
    }
}
