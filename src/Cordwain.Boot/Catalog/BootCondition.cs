using System.Collections.Immutable;
using Cordwain.Boot.Machines;
using Cordwain.Protocols.Wire;

namespace Cordwain.Boot.Catalog;

/// <summary>A text with <c>*</c> for any run of characters and <c>?</c> for one; compared without regard to case.</summary>
public sealed record TextPattern(string Pattern)
{
    public bool Matches(ReadOnlySpan<char> text) => System.IO.Enumeration.FileSystemName.MatchesSimpleExpression(Pattern, text, ignoreCase: true);

    public override string ToString() => Pattern;
}

/// <summary>When a rule, a class or a menu entry applies. Every part that is set must hold; within a list one is enough; an empty condition always holds.</summary>
public sealed record BootCondition
{
    public static BootCondition Always { get; } = new();

    public ImmutableArray<ClientArchitecture> Arch { get; init; } = [];

    public ImmutableArray<Platform> Platform { get; init; } = [];

    public ImmutableArray<Cpu> Cpu { get; init; } = [];

    /// <summary>True: iPXE is asking; false: anything else is.</summary>
    public bool? Ipxe { get; init; }

    /// <summary>True: the client is UEFI HTTP Boot or its like.</summary>
    public bool? Http { get; init; }

    public ImmutableArray<TextPattern> UserClass { get; init; } = [];

    public ImmutableArray<TextPattern> VendorClass { get; init; } = [];

    /// <summary>Against lower case with colons: <c>52:54:00:*</c>.</summary>
    public ImmutableArray<TextPattern> Mac { get; init; } = [];

    public ImmutableArray<TextPattern> Uuid { get; init; } = [];

    public ImmutableArray<TextPattern> Serial { get; init; } = [];

    /// <summary>Names of networks, or patterns of them.</summary>
    public ImmutableArray<TextPattern> Network { get; init; } = [];

    /// <summary>Where the relay's address (giaddr) lies.</summary>
    public ImmutableArray<Ipv4Network> Relay { get; init; } = [];

    /// <summary>Options of the request by code: present with a payload that matches the pattern (as text, or as <c>hex:…</c>); pattern <c>*</c>: present at all.</summary>
    public ImmutableArray<(byte Code, TextPattern Pattern)> Options { get; init; } = [];

    /// <summary>Conditions of which none may hold.</summary>
    public ImmutableArray<BootCondition> Not { get; init; } = [];

    /// <summary>Conditions of which one must hold, when there are any.</summary>
    public ImmutableArray<BootCondition> Any { get; init; } = [];
}
