using System.Collections.Immutable;
using Cordwain.Management.Configuration.Syntax;

namespace Cordwain.Management.Configuration.Keys;

/// <summary>The keys at the top of cordwain.yaml.</summary>
static class RootKeys
{
    public static readonly ConfigKey<ImmutableArray<ConfigEntry>> Networks = new("networks", new Named(NetworkKeys.Object, "networks"), "The networks to answer in, and how.")
    {
        Default = "proxyDHCP on every private network of this machine",
        Aka = ["subnets", "subnet", "network"],
    };

    public static readonly ConfigKey<ConfigNode> Http = new("http", new Inner(SettingsKeys.Http, "the keys of `http`"), "Boot files and menus by HTTP.");

    public static readonly ConfigKey<ConfigNode> Tftp = new("tftp", new Inner(SettingsKeys.Tftp, "the keys of `tftp`"), "Boot files and menus by TFTP.");

    public static readonly ConfigKey<ConfigNode> Dhcp = new("dhcp", new Inner(SettingsKeys.Dhcp, "the keys of `dhcp`"), "What DHCP does in all networks.") { Aka = ["pxe"] };

    public static readonly ConfigKey<string> Files = new("files", PathKinds.Folder, "A folder that is served as it stands, over TFTP and HTTP; a file in it wins over a generated one of the same name.")
    {
        Aka = ["tftp-root", "root", "tftpboot", "folder", "path"],
    };

    public static readonly ConfigKey<string> Data = new("data", PathKinds.Folder, "Where the server keeps leases, the journal and fetched files.") { Aka = ["state", "datadir"] };

    public static readonly ConfigKey<ImmutableArray<Placed<string>>> Loaders = new("loaders", PathKinds.Folder.Many("folders"), "More folders to look for loaders in, before those of the distribution's packages.");

    public static readonly ConfigKey<ConfigNode> Menu = new("menu", new Inner(MenuKeys.Object, "the keys of `menu`"), "The boot menu, written once for all loaders.") { Default = "the images of this file, then the built-in menu" };

    public static readonly ConfigKey<ImmutableArray<ConfigEntry>> Images = new("images", new Named(ImageKeys.Object, "images"), "What can be booted.") { Aka = ["image", "boot", "targets"] };

    public static readonly ConfigKey<ImmutableArray<Placed<ConfigNode>>> Rules = new("rules", new ListOf<ConfigNode>(new Inner(RuleKeys.Object, "a rule"), "rules"),
        "What to send to whom, where the built-in choice is not wanted; the first rule that matches wins.")
    { Aka = ["rule"] };

    public static readonly ConfigKey<ImmutableArray<Placed<ConfigNode>>> Classes = new("classes", new ListOf<ConfigNode>(new Inner(RuleKeys.Class, "a class"), "classes"),
        "DHCP options for all clients that meet a condition; a later class wins over an earlier one.")
    { Aka = ["class"] };

    public static readonly ConfigKey<ImmutableArray<ConfigEntry>> Machines = new("machines", new Named(MachineKeys.Object, "machines"), "Machines that are known by name.") { Aka = ["hosts", "host", "machine", "clients"] };

    public static readonly ConfigKey<ConfigNode> Journal = new("journal", new Inner(SettingsKeys.Journal, "the keys of `journal`"), "The record of every boot.");

    public static readonly ConfigKey<ConfigNode> Cache = new("cache", new Inner(SettingsKeys.Cache, "the keys of `cache`"), "Files fetched from `http(s)://` locations.") { Aka = ["mirror", "mirrors"] };

    public static readonly ConfigKey<ConfigNode> Limits = new("limits", new Inner(SettingsKeys.Limits, "the keys of `limits`"), "Bounds that keep a flood from hurting others.");

    public static readonly ConfigKey<ConfigNode> Metrics = new("metrics", new Inner(SettingsKeys.Metrics, "the keys of `metrics`"), "Figures for Prometheus and OpenTelemetry.") { Aka = ["prometheus", "opentelemetry", "otlp", "telemetry"] };

    public static readonly ConfigKey<ConfigNode> Log = new("log", new Inner(SettingsKeys.Log, "the keys of `log`"), "What the server writes about itself.") { Aka = ["logging"] };

    public static readonly ConfigObject Object = new("configuration", "The whole file.",
        [Networks, Menu, Images, Rules, Machines, Classes, Files, Data, Loaders, Http, Tftp, Dhcp, Journal, Cache, Limits, Metrics, Log])
    {
        Reserved = ["web", "api", "users", "tokens", "templates", "groups", "dhcp6", "ra", "cluster", "database", "storage", "s3", "iscsi", "nbd", "power", "shadow", "rehearse", "secrets", "include", "version"],
    };
}
