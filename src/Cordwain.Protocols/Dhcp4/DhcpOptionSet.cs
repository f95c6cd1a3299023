using System.Diagnostics.CodeAnalysis;
using System.Numerics;
using Cordwain.Protocols.Wire;

namespace Cordwain.Protocols.Dhcp4;

/// <summary>Option payloads by code. Repeated options are joined in order (RFC 3396). Immutable once built.</summary>
public sealed partial class DhcpOptionSet : IEquatable<DhcpOptionSet>
{
    const byte Pad = 0, End = 255, OptionOverload = 52;

    // The codes in rising order, then the payloads in the same order; payload i ends at _ends[i].
    readonly byte[] _bytes;
    readonly int[] _ends;

    DhcpOptionSet(byte[] bytes, int[] ends) => (_bytes, _ends) = (bytes, ends);

    public static DhcpOptionSet Empty { get; } = new([], []);

    /// <summary>How many options.</summary>
    public int Count => _ends.Length;

    /// <summary>The codes present, in rising order.</summary>
    public IEnumerable<byte> Codes
    {
        get
        {
            for (var i = 0; i < _ends.Length; i++)
                yield return _bytes[i];
        }
    }

    internal ReadOnlySpan<byte> CodeSpan => _bytes.AsSpan(0, _ends.Length);

    public bool Has(byte code) => IndexOf(code) >= 0;

    /// <summary>The joined payload; empty when the option is absent or has no bytes: <see cref="Has"/> tells them apart.</summary>
    public ReadOnlyMemory<byte> Raw(byte code) =>
        IndexOf(code) is var i and >= 0 ? _bytes.AsMemory(StartOf(i), _ends[i] - StartOf(i)) : default;

    /// <returns>False when the option is absent or its payload does not fit its type; <see cref="Has"/> tells them apart.</returns>
    public bool TryGet<T>(DhcpOption<T> option, [MaybeNullWhen(false)] out T value)
    {
        ArgumentNullException.ThrowIfNull(option);
        if (IndexOf(option.Code) is var i and >= 0 && option.Codec.TryDecode(PayloadAt(i), out value!))
            return true;
        value = default;
        return false;
    }

    public bool Equals(DhcpOptionSet? other) =>
        other is not null && _ends.AsSpan().SequenceEqual(other._ends) && _bytes.AsSpan().SequenceEqual(other._bytes);

    public override bool Equals(object? obj) => Equals(obj as DhcpOptionSet);

    public override int GetHashCode()
    {
        var hash = new HashCode();
        hash.AddBytes(_bytes);
        return hash.ToHashCode();
    }

    /// <summary>A builder that holds these options already.</summary>
    public Builder ToBuilder()
    {
        var builder = new Builder();
        for (var i = 0; i < _ends.Length; i++)
            builder.SetRaw(_bytes[i], PayloadAt(i));
        return builder;
    }

    internal ReadOnlySpan<byte> PayloadAt(int index)
    {
        var start = StartOf(index);
        return _bytes.AsSpan(start, _ends[index] - start);
    }

    /// <summary>Option 53; none when it is absent or has another length.</summary>
    internal DhcpMessageType MessageType =>
        IndexOf(DhcpOptions.MessageTypeCode) is var i and >= 0 && PayloadAt(i) is [var type] ? (DhcpMessageType)type : DhcpMessageType.None;

    int IndexOf(byte code) => _bytes.AsSpan(0, _ends.Length).IndexOf(code);

    int StartOf(int index) => index == 0 ? _ends.Length : _ends[index - 1];

    /// <summary>Reads the options area, then <c>file</c> and <c>sname</c> where option 52 says they hold options too (RFC 2131 §4.1).</summary>
    /// <param name="overload">Option 52 of the options area: 1 <c>file</c>, 2 <c>sname</c>, 3 both; 0 when absent or of no defined value.</param>
    /// <param name="faultOffset">On failure, the offset in the datagram of the option that overran.</param>
    internal static bool TryParse(
        ReadOnlySpan<byte> datagram, Range area, Range file, Range sname, out DhcpOptionSet options, out int overload, out int faultOffset)
    {
        options = Empty;
        overload = 0;
        Span<int> measures = stackalloc int[256];   // the length of each option, where its bit is set
        Span<ulong> present = stackalloc ulong[4];
        present.Clear();
        if (!TryMeasure(datagram, area, measures, present, ref overload, out faultOffset))
            return false;

        // A 52 inside an overloaded field means nothing: the fields are chosen by the options area alone.
        var ignored = 0;
        var inFile = (overload & 1) != 0;
        var inSname = (overload & 2) != 0;
        if ((inFile && !TryMeasure(datagram, file, measures, present, ref ignored, out faultOffset))
            || (inSname && !TryMeasure(datagram, sname, measures, present, ref ignored, out faultOffset)))
            return false;

        options = Reserve(measures, present);
        options.Fill(datagram[area], measures);
        if (inFile)
            options.Fill(datagram[file], measures);
        if (inSname)
            options.Fill(datagram[sname], measures);
        return true;
    }

    static bool TryMeasure(ReadOnlySpan<byte> datagram, Range area, Span<int> measures, Span<ulong> present, ref int overload, out int faultOffset)
    {
        var reader = new WireReader(datagram[area]);
        while (reader.Remaining > 0 && reader.U8() is var code && code != End)
        {
            if (code == Pad)
                continue;

            faultOffset = area.Start.GetOffset(datagram.Length) + reader.Position - 1;
            var payload = reader.Take(reader.U8());
            if (reader.Overran)
                return false;

            ref var word = ref present[code >> 6];
            var bit = 1UL << (code & 63);
            measures[code] = (word & bit) != 0 ? measures[code] + payload.Length : payload.Length;
            word |= bit;
            if (code == OptionOverload)
                overload = payload is [var fields and (1 or 2 or 3)] ? fields : 0;
        }

        faultOffset = 0;
        return true;
    }

    /// <summary>Makes the room for what was measured, and turns the measures into the places where the payloads go.</summary>
    static DhcpOptionSet Reserve(Span<int> measures, ReadOnlySpan<ulong> present)
    {
        var count = 0;
        foreach (var word in present)
            count += BitOperations.PopCount(word);

        Span<byte> codes = stackalloc byte[256];
        var ends = new int[count];
        var (next, end) = (0, count);
        for (var i = 0; i < present.Length; i++)
        {
            for (var word = present[i]; word != 0; word &= word - 1)
            {
                var code = (i << 6) + BitOperations.TrailingZeroCount(word);
                codes[next] = (byte)code;
                ends[next++] = end += measures[code];
                measures[code] = end - measures[code];
            }
        }

        var bytes = new byte[end];
        codes[..count].CopyTo(bytes);
        return new(bytes, ends);
    }

    void Fill(ReadOnlySpan<byte> area, Span<int> places)
    {
        var reader = new WireReader(area);
        while (reader.Remaining > 0 && reader.U8() is var code && code != End)
        {
            if (code == Pad)
                continue;
            var payload = reader.Take(reader.U8());
            payload.CopyTo(_bytes.AsSpan(places[code]));
            places[code] += payload.Length;
        }
    }
}
