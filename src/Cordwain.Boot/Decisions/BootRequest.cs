using System.Collections.Immutable;
using Cordwain.Boot.Machines;
using Cordwain.Boot.Menus;
using Cordwain.Protocols.Dhcp4;
using Cordwain.Protocols.Wire;

namespace Cordwain.Boot.Decisions;

/// <summary>How a question reached us.</summary>
public enum BootChannel
{
    /// <summary>DHCP on port 67, where we give the addresses.</summary>
    Dhcp,

    /// <summary>DHCP on port 67, beside somebody else's server.</summary>
    ProxyDhcp,

    /// <summary>The PXE boot server port, 4011.</summary>
    BootServer,

    Tftp,
    Http,
}

/// <summary>What a machine said about itself and asks for, in our words: no packets, no options. The one input of every decision.</summary>
public sealed partial record BootRequest
{
    public required MachineIdentity Machine { get; init; }

    public required BootChannel Channel { get; init; }

    /// <summary>Our address as this machine reaches it.</summary>
    public required Ipv4Address Server { get; init; }

    /// <summary>The machine's address where it has one.</summary>
    public Ipv4Address Address { get; init; }

    /// <summary>The first known type of option 93, or what the machine said in DHCP before; null: it never said.</summary>
    public ClientArchitecture? Architecture { get; init; }

    /// <summary>Option 60 begins with <c>PXEClient</c> (or an alias that the configuration names).</summary>
    public bool IsPxeClient { get; init; }

    /// <summary>What the client wants to see in option 60 of a PXE answer: its alias, where it has one.</summary>
    public string PxeClass { get; init; } = "PXEClient";

    /// <summary>Option 60 begins with <c>HTTPClient</c>: UEFI HTTP Boot, or its like.</summary>
    public bool IsHttpClient { get; init; }

    /// <summary>iPXE is running: user class <c>iPXE</c>, or option 175.</summary>
    public bool IsIpxe { get; init; }

    /// <summary>U-Boot's own DHCP is asking: vendor class <c>U-Boot…</c>, or its architectures.</summary>
    public bool IsUBoot => VendorClass.StartsWith("U-Boot", StringComparison.Ordinal) || Architecture?.Platform == Platform.UBoot;

    /// <summary>The machine asks to boot, rather than for an address only.</summary>
    public bool IsBootClient => IsPxeClient || IsHttpClient || IsIpxe || IsUBoot;

    public string VendorClass { get; init; } = "";

    public ImmutableArray<string> UserClasses { get; init; } = [];

    /// <summary>Name of the network; null when the machine is in none of ours.</summary>
    public string? Network { get; init; }

    /// <summary>The relay's address (giaddr); null when the machine is on our own link.</summary>
    public Ipv4Address? Relay { get; init; }

    /// <summary>Options of the DHCP message, for conditions on any of them; empty on other channels.</summary>
    public DhcpOptionSet Options { get; init; } = DhcpOptionSet.Empty;

    /// <summary>The item of a PXE boot menu that was chosen (43.71): type and layer; null elsewhere.</summary>
    public ReadOnlyMemory<byte>? PxeBootItem { get; init; }

    /// <summary>A file name that the client has put into its DHCP message (U-Boot's script); empty in most.</summary>
    public string PresetFile { get; init; } = "";

    /// <summary>What somebody typed at a protected menu entry; null elsewhere. Never shown.</summary>
    public string? Password { get; init; }

    /// <summary>The name asked for by TFTP or HTTP: folded (<c>/</c> only, no leading or doubled slashes, no dot segments), case kept; null in DHCP.</summary>
    public string? File { get; init; }
}
