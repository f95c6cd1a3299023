using System.Collections.Immutable;
using System.Text.Json.Nodes;
using Cordwain.Boot.Machines;
using Cordwain.Management.Configuration.Syntax;
using Cordwain.Protocols.Wire;

namespace Cordwain.Management.Configuration.Keys;

/// <summary>The keys of <c>when</c>.</summary>
static class ConditionKeys
{
    const string Name = "condition";

    static readonly ScalarKind<string> Pattern = Kinds.Line("a pattern with `*` and `?`");

    public static readonly ConfigKey<ImmutableArray<Placed<ClientArchitecture>>> Arch = new("arch", Kinds.Arch.Many("architectures"),
        "Architectures of option 93, by name or number.")
    { Aka = ["architecture", "architectures", "client-arch"] };

    public static readonly ConfigKey<ImmutableArray<Placed<Platform>>> Platform = new("platform", Kinds.Choice(PlatformNames.Platforms).Many("platforms"),
        "How the firmware starts programs, whatever the CPU.")
    { Aka = ["firmware"] };

    public static readonly ConfigKey<ImmutableArray<Placed<Cpu>>> Cpu = new("cpu", Kinds.Choice(PlatformNames.Cpus).Many("CPUs"), "Instruction sets.");

    public static readonly ConfigKey<bool> Ipxe = new("ipxe", Kinds.Bool, "Whether iPXE is asking.");

    public static readonly ConfigKey<bool> Http = new("http", Kinds.Bool, "Whether the firmware fetches by HTTP (UEFI HTTP Boot).") { Aka = ["http-boot"] };

    public static readonly ConfigKey<ImmutableArray<Placed<string>>> UserClass = new("user-class", Pattern.Many("patterns"), "Option 77.");

    public static readonly ConfigKey<ImmutableArray<Placed<string>>> VendorClass = new("vendor-class", Pattern.Many("patterns"), "Option 60.");

    public static readonly ConfigKey<ImmutableArray<Placed<string>>> Mac = new("mac", Pattern.Many("patterns"), "MAC addresses: `52:54:00:*`; between quotes when it begins with `*`.") { Aka = ["macs", "hwaddr"] };

    public static readonly ConfigKey<ImmutableArray<Placed<string>>> Uuid = new("uuid", Pattern.Many("patterns"), "SMBIOS UUIDs.");

    public static readonly ConfigKey<ImmutableArray<Placed<string>>> Serial = new("serial", Pattern.Many("patterns"), "SMBIOS serial numbers; known only to loaders with scripts.");

    public static readonly ConfigKey<ImmutableArray<Placed<string>>> Network = new("network", Pattern.Many("patterns"), "Names of networks.") { Aka = ["networks", "subnet"] };

    public static readonly ConfigKey<ImmutableArray<Placed<Ipv4Network>>> Relay = new("relay", RelayKind.Network.Many("networks"), "Where the relay's address (giaddr) lies.") { Aka = ["giaddr", "relays"] };

    public static readonly ConfigKey<ImmutableArray<ConfigEntry>> Option = new("option", new Texts("a mapping from options to patterns"),
        "DHCP options of the request, by name or number: a pattern for the text, `hex:…` for the bytes, `*` for present at all.")
    { Aka = ["options"] };

    public static readonly ConfigKey<ConfigNode> Not = new("not", new AnyOf("a condition or a list of conditions", [], OneOrMany), "A condition that must not hold; of several, none.");

    public static readonly ConfigKey<ImmutableArray<Placed<ConfigNode>>> Any = new("any", new ListOf<ConfigNode>(new AnyOf("a condition", [], Self), "conditions"), "Conditions of which one must hold.") { Aka = ["or"] };

    public static readonly ConfigObject Object = new(Name, "When something applies. All that is written must hold; within a list one is enough; without any key it always holds.",
        [Arch, Platform, Cpu, Ipxe, Http, UserClass, VendorClass, Mac, Uuid, Serial, Network, Relay, Option, Not, Any]);

    /// <summary>The key under which a condition stands in other objects.</summary>
    public static ConfigKey<ConfigNode> When(string doc) => new("when", new Inner(Object, "a condition"), doc) { Aka = ["if", "match"] };

    static JsonObject Self() => new() { ["$ref"] = $"#/$defs/{Name}" };

    static JsonObject OneOrMany() => new() { ["anyOf"] = new JsonArray(Self(), new JsonObject { ["type"] = "array", ["items"] = Self() }) };
}

static class PlatformNames
{
    public static readonly (string, Platform)[] Platforms =
        [("bios", Platform.Bios), ("efi", Platform.Efi), ("uboot", Platform.UBoot), ("open-firmware", Platform.OpenFirmware), ("raspberry-pi", Platform.RaspberryPi)];

    public static readonly (string, Cpu)[] Cpus =
        [("x86", Cpu.X86), ("x64", Cpu.X64), ("arm32", Cpu.Arm32), ("arm64", Cpu.Arm64), ("riscv32", Cpu.RiscV32), ("riscv64", Cpu.RiscV64), ("loongarch64", Cpu.LoongArch64)];
}

static class RelayKind
{
    /// <summary>A network, or one address as a network of its own.</summary>
    public static readonly ScalarKind<Ipv4Network> Network = new("a network or an address", new() { ["type"] = "string" }, (string text, out Ipv4Network value) =>
    {
        if (!Ipv4Address.TryParse(text, out var address))
            return NetworkText.Read(text, out value);
        value = new(address, 32);
        return null;
    });
}
