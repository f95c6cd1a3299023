using System.Collections.Immutable;
using Cordwain.Boot.Decisions;
using Cordwain.Boot.Machines;
using Cordwain.Management.Configuration.Syntax;
using Cordwain.Protocols.Dhcp4;
using Cordwain.Protocols.Wire;

namespace Cordwain.Management.Configuration.Keys;

/// <summary>The keys of a machine.</summary>
static class MachineKeys
{
    public static readonly ConfigKey<ImmutableArray<Placed<MacAddress>>> Macs = new("mac", Kinds.Mac.Many("MAC addresses"), "Its network cards.") { Aka = ["macs", "hardware", "ethernet", "hwaddr"] };

    public static readonly ConfigKey<Guid> Uuid = new("uuid", Kinds.Uuid, "Its SMBIOS UUID.") { Aka = ["guid", "system-uuid"] };

    public static readonly ConfigKey<string> Serial = new("serial", Kinds.Line("a serial number"), "Its SMBIOS serial number; known only to loaders with scripts.") { Aka = ["serial-number"] };

    public static readonly ConfigKey<Ipv4Address> Address = new("address", Kinds.Address, "A fixed address in the network that holds it.") { Aka = ["ip", "fixed-address"] };

    public static readonly ConfigKey<string> HostName = new("hostname", HostNames.Kind, "Option 12, and `{{ machine.hostname }}`.") { Aka = ["host-name"] };

    public static readonly ConfigKey<string> Boot = new("boot", Kinds.Line("the name of an image"), "The image it boots; without it, it sees the menu.") { Aka = ["entry", "image", "assign"] };

    public static readonly ConfigKey<bool> Once = new("once", Kinds.Bool, "Boot it once, and from the disk afterwards; only a changed declaration arms again.") { Default = "false" };

    public static readonly ConfigKey<ImmutableArray<ConfigEntry>> Vars = new("vars", new Texts("a mapping from names to texts"), "Values for templates: `{{ machine.disk }}`.") { Aka = ["variables"] };

    public static readonly ConfigKey<ImmutableArray<Placed<DhcpOptionValue>>> Options = OptionsKind.Key("DHCP options for this machine.");

    public static readonly ConfigKey<AnswerStyle> Style = new("style", Kinds.Style, "How its PXE answers are laid out.");

    public static readonly ConfigKey<ClientArchitecture> Arch = new("arch", Kinds.Arch, "What it is, whatever it says in option 93.") { Aka = ["architecture"] };

    public static readonly ConfigKey<bool> Blocked = new("blocked", Kinds.Bool, "Never boot this machine.") { Default = "false", Aka = ["ignore", "deny"] };

    public static readonly ConfigObject Object = new("machine", "A machine that is known by name; needs one of `mac`, `uuid`, `serial`.",
        [Macs, Uuid, Serial, Address, HostName, Boot, Once, Vars, Options, Style, Arch, Blocked]);
}
