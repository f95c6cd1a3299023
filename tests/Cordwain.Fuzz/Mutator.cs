using System.Buffers.Binary;

namespace Cordwain.Fuzz;

/// <summary>Makes new inputs from old ones. Same seed, same inputs.</summary>
public sealed class Mutator(int seed, IReadOnlyList<byte[]> words, int longest)
{
    static ReadOnlySpan<byte> EdgeBytes => [0, 1, 2, 3, 4, 7, 8, 16, 31, 32, 63, 64, 127, 128, 192, 253, 254, 255];

    readonly Random _random = new(seed);

    public byte[] Next(IReadOnlyList<byte[]> corpus)
    {
        ArgumentNullException.ThrowIfNull(corpus);
        var input = new List<byte>(corpus[_random.Next(corpus.Count)]);
        for (var changes = 1 + _random.Next(8); changes > 0; changes--)
            Change(input, corpus);
        if (input.Count > longest)
            input.RemoveRange(longest, input.Count - longest);
        return [.. input];
    }

    void Change(List<byte> input, IReadOnlyList<byte[]> corpus)
    {
        if (input.Count == 0)
        {
            input.Add((byte)_random.Next(256));
            return;
        }

        var at = _random.Next(input.Count);
        var length = 1 + _random.Next(Math.Min(input.Count - at, 1 << _random.Next(8)));
        switch (_random.Next(11))
        {
            case 0:
                input[at] ^= (byte)(1 << _random.Next(8));
                break;
            case 1:
                input[at] = (byte)_random.Next(256);
                break;
            case 2:
                input[at] = EdgeBytes[_random.Next(EdgeBytes.Length)];
                break;
            case 3:
                input[at] += (byte)(_random.Next(9) - 4);
                break;
            case 4:
                input.RemoveRange(at, length);
                break;
            case 5:
                input.InsertRange(at, input.GetRange(at, length));
                break;
            case 6:
                var filler = EdgeBytes[_random.Next(EdgeBytes.Length)];
                input.InsertRange(at, Enumerable.Repeat(filler, length));
                break;
            case 7 when input.Count - at >= 2:
                Span<byte> number = stackalloc byte[2];
                BinaryPrimitives.WriteUInt16BigEndian(number, (ushort)(_random.Next(2) == 0 ? input.Count + _random.Next(5) - 2 : _random.Next(65536)));
                (input[at], input[at + 1]) = (number[0], number[1]);
                break;
            case 8:
                input.RemoveRange(at, input.Count - at);
                break;
            case 9 when words.Count > 0:
                input.InsertRange(at, words[_random.Next(words.Count)]);
                break;
            default:
                var other = corpus[_random.Next(corpus.Count)];
                var from = _random.Next(other.Length + 1);
                input.RemoveRange(at, input.Count - at);
                input.AddRange(other.AsSpan(from));
                break;
        }
    }
}
