using System.Buffers.Binary;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Text;
using Cordwain.Protocols.Wire;

namespace Cordwain.Storage.Journal;

/// <summary>Gathers the fields of one blob of the journal: short numbers, texts once each, datagrams without their zeros.</summary>
/// <remarks>Used for one blob after another; the memory stays.</remarks>
sealed class JournalWriter
{
    internal const int LongestShared = 16_384, MostShared = 8192;

    // Shorter runs cost as much to describe as to write.
    static ReadOnlySpan<byte> ShortestRun => [0, 0, 0, 0];

    const int Recent = 256;

    readonly Dictionary<string, int> _texts = new(StringComparer.Ordinal);
    readonly (string? Text, int Number)[] _recent = new (string?, int)[Recent];
    int _shared;
    byte[] _bytes = new byte[64 << 10];

    public int Length { get; private set; }

    public ReadOnlyMemory<byte> Written => _bytes.AsMemory(0, Length);

    public void Clear()
    {
        (Length, _shared) = (0, 0);
        _texts.Clear();
        Array.Clear(_recent);
    }

    /// <summary>Where the writer stands, for <see cref="TakeBack"/>.</summary>
    public JournalMark Mark() => new(Length, _shared);

    /// <summary>As if nothing had been written since: neither bytes nor texts that later ones would point to.</summary>
    public void TakeBack(JournalMark to)
    {
        Length = to.Length;
        if (_shared == to.Texts)
            return;
        _shared = to.Texts;
        Array.Clear(_recent);
        foreach (var (text, number) in _texts)
        {
            if (number > to.Texts + 1)
                _texts.Remove(text);
        }
    }

    public void U8(byte value) => Take(1)[0] = value;

    public void Raw(ReadOnlySpan<byte> value) => value.CopyTo(Take(value.Length));

    public void Ipv4(Ipv4Address value) => BinaryPrimitives.WriteUInt32LittleEndian(Take(4), value.Value);

    public void Unsigned(ulong value)
    {
        var room = Reserve(10);
        var used = 0;
        for (; value >= 0x80; value >>= 7)
            room[used++] = (byte)(value | 0x80);
        room[used++] = (byte)value;
        Length += used;
    }

    /// <summary>Small of either sign: short.</summary>
    public void Signed(long value) => Unsigned((ulong)((value << 1) ^ (value >> 63)));

    /// <summary>A text; the second time and later only its number.</summary>
    public void Text(string? value)
    {
        if (value is null)
        {
            U8(0);
            return;
        }

        // Most are the same objects again and again: names of rules, of channels, of the network.
        ref var recent = ref _recent[RuntimeHelpers.GetHashCode(value) & (Recent - 1)];
        if (!ReferenceEquals(recent.Text, value))
        {
            if (NumberOf(value) is not { } number)
            {
                Inline(value);
                return;
            }

            recent = (value, number);
        }

        Unsigned((ulong)recent.Number);
    }

    /// <summary>A text that is not expected again: as <see cref="Text"/>, and nothing is kept for a second time.</summary>
    public void TextOnce(string value)
    {
        if (value.Length <= LongestShared && _shared < MostShared)
            _shared++;   // a reader counts all
        Inline(value);
    }

    /// <returns>Null the first time, from which on it has a number.</returns>
    int? NumberOf(string value)
    {
        if (value.Length > LongestShared || _shared >= MostShared)
            return _texts.TryGetValue(value, out var known) ? known : null;

        ref var number = ref CollectionsMarshal.GetValueRefOrAddDefault(_texts, value, out var isKnown);
        if (isKnown)
            return number;
        number = ++_shared + 1;   // from 2: a reader takes 0 for null, 1 for a text that follows
        return null;
    }

    void Inline(string value)
    {
        U8(1);
        var most = Encoding.UTF8.GetMaxByteCount(value.Length);
        var room = Reserve(most + 10)[10..];
        var used = Encoding.UTF8.GetBytes(value, room);
        var start = Length + 10;
        Unsigned((ulong)used);
        _bytes.AsSpan(start, used).CopyTo(Take(used));
    }

    /// <summary>A datagram: most of one is zeros.</summary>
    public void Datagram(ReadOnlySpan<byte> value)
    {
        Unsigned((ulong)value.Length);
        while (!value.IsEmpty)
        {
            var literal = NextRun(value, out var zeros);
            Unsigned((ulong)literal);
            value[..literal].CopyTo(Take(literal));
            value = value[literal..];
            if (value.IsEmpty)
                return;
            Unsigned((ulong)zeros);
            value = value[zeros..];
        }
    }

    /// <returns>Bytes before the next run of zeros that is long enough.</returns>
    static int NextRun(ReadOnlySpan<byte> value, out int zeros)
    {
        zeros = 0;
        var at = value.IndexOf(ShortestRun);
        if (at < 0)
            return value.Length;
        var end = value[at..].IndexOfAnyExcept((byte)0);
        zeros = end < 0 ? value.Length - at : end;
        return at;
    }

    Span<byte> Take(int count)
    {
        var room = Reserve(count)[..count];
        Length += count;
        return room;
    }

    Span<byte> Reserve(int count)
    {
        if (Length + count > _bytes.Length)
            Array.Resize(ref _bytes, Math.Max(_bytes.Length * 2, Length + count));
        return _bytes.AsSpan(Length);
    }
}

/// <summary>A place between two things written.</summary>
readonly record struct JournalMark(int Length, int Texts);
