using System.Collections.Immutable;
using Cordwain.Protocols.Dhcp4;

namespace Cordwain.Management.Configuration;

/// <summary>Makes an option out of its name or number (<c>ntp-servers</c>, <c>43</c>, <c>175.176</c>) and its values as text.</summary>
/// <param name="error">What is wrong, one sentence.</param>
public delegate bool EncodeDhcpOption(string key, IReadOnlyList<string> values, out DhcpOptionValue option, out string error);

/// <summary>How options are named and written in the configuration.</summary>
/// <param name="Encode">Text to bytes.</param>
/// <param name="Find">The code behind a name or number without sub-option; null when there is none.</param>
/// <param name="Suggest">Names that are near one that does not exist, the nearest first.</param>
public sealed record OptionVocabulary(EncodeDhcpOption Encode, Func<string, byte?> Find, Func<string, ImmutableArray<string>> Suggest)
{
    public static OptionVocabulary Standard { get; } = new(
        DhcpOptionTable.TryEncode,
        name => DhcpOptionTable.TryFind(name, out var row) ? row.Code : null,
        DhcpOptionTable.Suggest);
}
