using System.Buffers;
using System.Diagnostics.CodeAnalysis;
using Cordwain.Protocols.Wire;

namespace Cordwain.Protocols.Dhcp4;

/// <summary>Option payloads by code. Repeated options are joined in order (RFC 3396). Immutable once built.</summary>
public sealed class DhcpOptionSet
{
    const byte Pad = 0, End = 255, OptionOverload = 52;

    readonly byte[]?[] _payloads = new byte[256][];

    public static DhcpOptionSet Empty { get; } = new();

    /// <summary>The codes present, in rising order.</summary>
    public IEnumerable<byte> Codes
    {
        get
        {
            for (var code = 0; code < 256; code++)
            {
                if (_payloads[code] is not null)
                    yield return (byte)code;
            }
        }
    }

    internal int Overload => _payloads[OptionOverload] is [var bits] ? bits : 0;

    public bool Has(byte code) => _payloads[code] is not null;

    /// <summary>The joined payload; empty when the option is absent or has no bytes: <see cref="Has"/> tells them apart.</summary>
    public ReadOnlyMemory<byte> Raw(byte code) => _payloads[code];

    /// <returns>False when the option is absent or its payload does not fit its type; <see cref="Has"/> tells them apart.</returns>
    public bool TryGet<T>(DhcpOption<T> option, [MaybeNullWhen(false)] out T value)
    {
        ArgumentNullException.ThrowIfNull(option);
        if (_payloads[option.Code] is { } payload && option.Codec.TryDecode(payload, out value!))
            return true;
        value = default;
        return false;
    }

    /// <summary>Reads the options area, then <c>file</c> and <c>sname</c> where option 52 says they hold options too (RFC 2131 §4.1).</summary>
    /// <param name="faultOffset">On failure, the offset in the datagram of the option that overran.</param>
    internal static bool TryParse(
        ReadOnlySpan<byte> datagram, Range area, Range file, Range sname, out DhcpOptionSet options, out int faultOffset)
    {
        options = new();
        if (!options.TryAppend(datagram, area, out faultOffset))
            return false;

        var overload = options.Overload;
        return ((overload & 1) == 0 || options.TryAppend(datagram, file, out faultOffset))
            && ((overload & 2) == 0 || options.TryAppend(datagram, sname, out faultOffset));
    }

    bool TryAppend(ReadOnlySpan<byte> datagram, Range area, out int faultOffset)
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
            _payloads[code] = _payloads[code] is { } earlier ? [.. earlier, .. payload] : payload.ToArray();
        }

        faultOffset = 0;
        return true;
    }

    /// <summary>Collects the options of a message that is being made. A later <c>Set</c> of the same code replaces the earlier one.</summary>
    public sealed class Builder
    {
        readonly DhcpOptionSet _set = new();

        public bool Has(byte code) => _set.Has(code);

        public Builder Set<T>(DhcpOption<T> option, T value)
        {
            ArgumentNullException.ThrowIfNull(option);
            var payload = new ArrayBufferWriter<byte>();
            option.Codec.Encode(value, payload);
            return SetRaw(option.Code, payload.WrittenSpan);
        }

        public Builder SetRaw(byte code, ReadOnlySpan<byte> payload)
        {
            _set._payloads[code] = payload.ToArray();
            return this;
        }

        public Builder Remove(byte code)
        {
            _set._payloads[code] = null;
            return this;
        }

        public DhcpOptionSet Build()
        {
            var built = new DhcpOptionSet();
            _set._payloads.CopyTo(built._payloads, 0);
            return built;
        }
    }
}
