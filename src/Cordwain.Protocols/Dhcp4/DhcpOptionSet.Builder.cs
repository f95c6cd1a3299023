using System.Buffers;
using System.Text;

namespace Cordwain.Protocols.Dhcp4;

public sealed partial class DhcpOptionSet
{
    /// <summary>Collects the options of a message that is being made. A later <c>Set</c> of the same code replaces the earlier one.</summary>
    public sealed class Builder
    {
        readonly ArrayBufferWriter<byte> _payloads = new(256);
        Slot[] _slots = new Slot[24];   // in rising order of the codes
        int _count;

        public bool Has(byte code) => Find(code) >= 0;

        /// <summary>The payload set so far; empty when the option is absent. Valid until the next <c>Set</c>.</summary>
        public ReadOnlySpan<byte> Raw(byte code) =>
            Find(code) is var i and >= 0 ? _payloads.WrittenSpan.Slice(_slots[i].Start, _slots[i].Length) : [];

        public Builder Set<T>(DhcpOption<T> option, T value)
        {
            ArgumentNullException.ThrowIfNull(option);
            var start = _payloads.WrittenCount;
            option.Codec.Encode(value, _payloads);
            return Place(option.Code, start);
        }

        public Builder SetRaw(byte code, ReadOnlySpan<byte> payload)
        {
            var start = _payloads.WrittenCount;
            _payloads.Write(payload);
            return Place(code, start);
        }

        /// <summary>Sets an option, or one sub-option beside those that its encapsulating option holds already.</summary>
        /// <remarks>Vendor options (43) are closed with the inner terminator 255, which many PXE ROMs look for.</remarks>
        public Builder Set(DhcpOptionValue option)
        {
            return option.SubCode is { } sub ? SetSub(option.Code, sub, option.Payload.Span) : SetRaw(option.Code, option.Payload.Span);
        }

        /// <inheritdoc cref="Set(DhcpOptionValue)"/>
        public Builder SetSub(byte code, byte sub, ReadOnlySpan<byte> payload)
        {
            // What is there stays where it is while the whole is written anew behind it.
            var start = _payloads.WrittenCount;
            foreach (var (other, value) in new SubOptions(Raw(code), SubOptions.HasPadding(code)))
            {
                if (other != sub)
                    SubOptions.Write(_payloads, other, value);
            }

            SubOptions.Write(_payloads, sub, payload);
            if (code == DhcpOptions.VendorSpecificInformation.Code)
                _payloads.Write([End]);
            return Place(code, start);
        }

        /// <summary>A text and, where <paramref name="closed"/> is set, a NUL after it.</summary>
        public Builder SetText(byte code, ReadOnlySpan<char> text, bool closed = false)
        {
            var start = _payloads.WrittenCount;
            var room = _payloads.GetSpan(text.Length + 1);
            var length = Encoding.Latin1.GetBytes(text, room);
            room[length] = 0;
            _payloads.Advance(closed ? length + 1 : length);
            return Place(code, start);
        }

        /// <summary>Makes it empty, to be used for the next message.</summary>
        public Builder Clear()
        {
            _payloads.ResetWrittenCount();
            _count = 0;
            return this;
        }

        public Builder Remove(byte code)
        {
            if (Find(code) is var i and >= 0)
            {
                _count--;
                Array.Copy(_slots, i + 1, _slots, i, _count - i);
            }

            return this;
        }

        public DhcpOptionSet Build()
        {
            var total = _count;
            for (var i = 0; i < _count; i++)
                total += _slots[i].Length;

            var bytes = new byte[total];
            var ends = new int[_count];
            var end = _count;
            for (var i = 0; i < _count; i++)
            {
                var slot = _slots[i];
                bytes[i] = slot.Code;
                _payloads.WrittenSpan.Slice(slot.Start, slot.Length).CopyTo(bytes.AsSpan(end));
                ends[i] = end += slot.Length;
            }

            return new(bytes, ends);
        }

        Builder Place(byte code, int start)
        {
            if (code is Pad or End)
                throw new ArgumentOutOfRangeException(nameof(code), code, "0 and 255 are padding and the end of the options (RFC 2132 §3.1, §3.2).");

            var slot = new Slot(code, start, _payloads.WrittenCount - start);
            var place = Find(code);
            if (place < 0)
                place = MakeRoom(~place);
            _slots[place] = slot;
            return this;
        }

        int MakeRoom(int place)
        {
            if (_count == _slots.Length)
                Array.Resize(ref _slots, _count * 2);
            Array.Copy(_slots, place, _slots, place + 1, _count - place);
            _count++;
            return place;
        }

        /// <summary>The slot of a code; when absent, the complement of the place where it belongs.</summary>
        int Find(byte code)
        {
            for (var i = 0; i < _count; i++)
            {
                if (_slots[i].Code >= code)
                    return _slots[i].Code == code ? i : ~i;
            }

            return ~_count;
        }

        readonly record struct Slot(byte Code, int Start, int Length);
    }
}
