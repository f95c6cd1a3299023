using System.Text;
using Cordwain.Protocols.Dhcp4;
using Cordwain.Protocols.Wire;

namespace Cordwain.Fuzz.Targets;

/// <summary>Options as operators write them: the first line is the key, the others are the values.</summary>
public sealed class Dhcp4OptionTextTarget : IFuzzTarget
{
    public string Name => "dhcp4-option-text";

    public IReadOnlyList<string> Corpora => ["Cordwain.Fuzz/corpus/dhcp4-option-text"];

    public IReadOnlyList<byte[]> Words => [.. DhcpOptionTable.Rows.Select(row => Encoding.UTF8.GetBytes(row.Name + "\n" + row.Kind.Example))];

    public int LongestInput => 400;

    public int Run(ReadOnlySpan<byte> input)
    {
        var lines = Encoding.UTF8.GetString(input).Split('\n');
        if (!DhcpOptionTable.TryEncode(lines[0], lines[1..], out var option, out var error))
            return error.Length > 0 ? error.Length : throw new InvalidOperationException("refused without a reason");

        var text = option.SubCode is { } sub
            ? DhcpOptionTable.Format(option.Code, sub, option.Payload.Span)
            : DhcpOptionTable.Format(option.Code, option.Payload.Span);
        if (text.AsSpan().ContainsAnyExceptInRange(' ', '~'))
            throw new InvalidOperationException($"{option} prints as {PrintableText.Quote(text)}");
        _ = new DhcpOptionSet.Builder().Set(option).Build();
        return HashCode.Combine(option.Code, option.SubCode);
    }
}
