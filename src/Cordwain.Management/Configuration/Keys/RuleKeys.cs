using System.Collections.Immutable;
using Cordwain.Boot.Decisions;
using Cordwain.Management.Configuration.Syntax;
using Cordwain.Protocols.Dhcp4;
using Cordwain.Protocols.Wire;

namespace Cordwain.Management.Configuration.Keys;

/// <summary>The keys of rules and of classes.</summary>
static class RuleKeys
{
    public static readonly ConfigKey<ConfigNode> When = ConditionKeys.When("Whom it is for; without it, everybody.");

    public static readonly ConfigKey<string> File = new("file", Kinds.Text, "The file to load: a TFTP name or a URL; may hold `{{ }}`.") { Aka = ["filename", "bootfile", "boot-file"] };

    public static readonly ConfigKey<string> Entry = new("entry", Kinds.Line("the name of an image"), "The image to boot without a menu.") { Aka = ["boot", "image"] };

    public static readonly ConfigKey<bool> Ignore = new("ignore", Kinds.Bool, "Answer without any boot information.") { Default = "false", Aka = ["deny", "block"] };

    public static readonly ConfigKey<Ipv4Address> NextServer = new("next-server", Kinds.Address, "Another TFTP server to name.") { Aka = ["siaddr", "server"] };

    public static readonly ConfigKey<string> ServerName = new("server-name", Kinds.Line("a name"), "For `sname` and option 66; without it, the address.") { Aka = ["sname", "tftp-server-name"] };

    public static readonly ConfigKey<AnswerStyle> Style = new("style", Kinds.Style, "How the PXE answer is laid out.");

    public static readonly ConfigKey<ImmutableArray<Placed<DhcpOptionValue>>> Options = OptionsKind.Key("DHCP options for those machines.");

    public static readonly ConfigObject Object = new("rule", "What to send to whom. A rule without `file`, `entry` and `ignore` adds to the one that decides.",
        [When, File, Entry, Ignore, NextServer, ServerName, Style, Options]);

    public static readonly ConfigKey<string> ClassName = new("name", Kinds.Line("a name"), "How the trace calls it.") { Required = true };

    public static readonly ConfigObject Class = new("class", "DHCP options for clients that meet a condition.", [ClassName, When, Options]);
}
