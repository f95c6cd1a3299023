using System.Collections.Immutable;
using System.Globalization;

namespace Cordwain.Protocols.Dhcp4;

/// <summary>One row of the option table, or of the table inside an encapsulating option.</summary>
/// <param name="Name">IANA's name in lower case with dashes; the plural where configurations have always used it.</param>
/// <param name="Source">The document that defines the payload.</param>
public sealed record DhcpOptionRow(byte Code, string Name, OptionKind Kind, string Source)
{
    /// <summary>Other names: IANA's singular, those of ISC dhcpd and of dnsmasq.</summary>
    public ImmutableArray<string> Aliases { get; init; } = [];

    /// <summary>What is known of the options inside; empty when the option encapsulates none, or none that have a name.</summary>
    public ImmutableArray<DhcpOptionRow> SubOptions { get; init; } = [];

    /// <summary>Whether values are given per sub-option.</summary>
    public bool IsEncapsulating => Kind == OptionKinds.Encapsulated;

    internal static DhcpOptionRow Unnamed(byte code) =>
        new(code, string.Create(CultureInfo.InvariantCulture, $"option-{code}"), OptionKinds.Bytes, "not assigned, or site-specific (RFC 3942)");

    public bool IsNamed(string name) =>
        Name.Equals(name, StringComparison.OrdinalIgnoreCase) || Aliases.Contains(name, StringComparer.OrdinalIgnoreCase);

    public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"{Name} ({Code})");
}
