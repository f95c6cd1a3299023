using System.Globalization;
using System.Text;

namespace Cordwain.Protocols.Wire;

/// <summary>Bytes as people compare them: offset, sixteen bytes in hex, the same as ASCII.</summary>
public static class HexDump
{
    const int BytesPerLine = 16;

    /// <returns>Lines that end with a line feed; empty for no bytes.</returns>
    public static string Of(ReadOnlySpan<byte> bytes)
    {
        var text = new StringBuilder(bytes.Length / BytesPerLine * 74 + 74);
        for (var offset = 0; offset < bytes.Length; offset += BytesPerLine)
        {
            var line = bytes.Slice(offset, Math.Min(BytesPerLine, bytes.Length - offset));
            text.Append(CultureInfo.InvariantCulture, $"{offset:x4} ");
            for (var i = 0; i < BytesPerLine; i++)
            {
                if (i == BytesPerLine / 2)
                    text.Append(' ');
                if (i < line.Length)
                    text.Append(CultureInfo.InvariantCulture, $" {line[i]:x2}");
                else
                    text.Append("   ");
            }

            text.Append("  ");
            foreach (var octet in line)
                text.Append(octet is >= 0x20 and <= 0x7e ? (char)octet : '.');
            text.Append('\n');
        }

        return text.ToString();
    }
}
