using System.Buffers.Binary;
using System.Text;
using Cordwain.Protocols.Wire;

namespace Cordwain.Storage.Journal;

/// <summary>Reads what <see cref="JournalWriter"/> wrote. Believes nothing: a blob that another program or a bad disk made ends in <see cref="Failed"/>.</summary>
sealed class JournalReader(ReadOnlyMemory<byte> blob)
{
    const int LongestDatagram = 65_535;

    readonly List<string> _texts = [];
    int _at;

    /// <summary>Something did not read; everything after it is zero.</summary>
    public bool Failed { get; private set; }

    public bool IsAtEnd => Failed || _at >= blob.Length;

    public byte U8() => Take(1) is [var value] ? value : (byte)0;

    public ReadOnlySpan<byte> Raw(int count) => Take(count);

    public Ipv4Address Ipv4() => Take(4) is { IsEmpty: false } bytes ? new(BinaryPrimitives.ReadUInt32LittleEndian(bytes)) : Ipv4Address.Any;

    public ulong Unsigned()
    {
        ulong value = 0;
        for (var shift = 0; shift < 64; shift += 7)
        {
            var next = U8();
            value |= (ulong)(next & 0x7F) << shift;
            if (next < 0x80)
                return value;
        }

        return Fail();
    }

    public long Signed()
    {
        var value = Unsigned();
        return (long)(value >> 1) ^ -(long)(value & 1);
    }

    public int Count(int most)
    {
        var value = Unsigned();
        return value <= (ulong)most ? (int)value : (int)Fail();
    }

    public string? TextOrNull()
    {
        var number = Unsigned();
        if (number == 0)
            return null;
        if (number > 1)
            return number - 2 < (ulong)_texts.Count ? _texts[(int)number - 2] : Nothing();

        var text = Encoding.UTF8.GetString(Take(Count(blob.Length)));
        if (text.Length <= JournalWriter.LongestShared && _texts.Count < JournalWriter.MostShared)
            _texts.Add(text);
        return text;
    }

    public string Text() => TextOrNull() ?? "";

    public byte[] Datagram()
    {
        var value = new byte[Count(LongestDatagram)];
        for (var at = 0; at < value.Length && !Failed;)
        {
            var literal = Take(Count(value.Length - at));
            literal.CopyTo(value.AsSpan(at));
            at += literal.Length;
            if (at < value.Length)
            {
                var zeros = Count(value.Length - at);
                at += zeros > 0 || literal.Length > 0 ? zeros : (int)Fail();
            }
        }

        return value;
    }

    ReadOnlySpan<byte> Take(int count)
    {
        if (Failed || count > blob.Length - _at)
        {
            Fail();
            return [];
        }

        _at += count;
        return blob.Span.Slice(_at - count, count);
    }

    ulong Fail()
    {
        Failed = true;
        return 0;
    }

    string? Nothing()
    {
        Fail();
        return null;
    }
}
