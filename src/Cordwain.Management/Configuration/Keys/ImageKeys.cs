using System.Collections.Immutable;
using System.Text.Json.Nodes;
using Cordwain.Management.Configuration.Syntax;

namespace Cordwain.Management.Configuration.Keys;

/// <summary>The keys of an image and of its variants.</summary>
static class ImageKeys
{
    const string PerFirmware = "; or a mapping from firmware (`bios`, `efi`, `efi-arm64` …, `default`) to such";

    static readonly AnyOf FileKind = new("a file or a URL", [FileKeys.Object], FileSchema);

    static readonly AnyOf FilesKind = new("a file or a URL, or a list of such", [FileKeys.Object], () => new() { ["anyOf"] = new JsonArray(FileSchema(), new JsonObject { ["type"] = "array", ["items"] = FileSchema() }) });

    public static readonly ConfigKey<string> Title = new("title", Kinds.Text, "What menus show; without it, the name.") { Aka = ["label", "description"] };

    public static readonly ConfigKey<ConfigNode> Kernel = new("kernel", FileKind, "A Linux kernel, or what loads like one" + PerFirmware + ".") { Aka = ["linux", "vmlinuz"] };

    public static readonly ConfigKey<ConfigNode> Initrd = new("initrd", FilesKind, "Its initrds, in order" + PerFirmware + ".") { Aka = ["initrds", "initramfs"] };

    public static readonly ConfigKey<ConfigNode> Arguments = new("args", new AnyOf("a text", [], () => new() { ["type"] = new JsonArray("string", "number", "object") }), "Arguments for the kernel or the program; a template" + PerFirmware + ". Beside `variants` they hold for each that has none of its own.")
    {
        Aka = ["append", "arguments", "cmdline", "kernel-args"],
    };

    public static readonly ConfigKey<ConfigNode> DeviceTree = new("device-tree", FileKind, "Device tree for U-Boot; without it, the board's own.") { Aka = ["dtb", "fdt"] };

    public static readonly ConfigKey<ConfigNode> Program = new("program", FileKind, "A program that is started as it is: an EFI application or a PXE boot program" + PerFirmware + ".") { Aka = ["chain", "file", "nbp"] };

    public static readonly ConfigKey<ConfigNode> Efi = new("efi", FileKind, "The same as `program: {efi: …}`: an EFI application for UEFI machines.");

    public static readonly ConfigKey<ConfigNode> Disk = new("disk", new Inner(DiskKeys.Object, "a URI, or the keys of `disk`"), "A disk on the network, booted in place.") { Aka = ["san", "iscsi", "sanboot"] };

    public static readonly ConfigKey<ConfigNode> Script = new("script", FileKind, "A script or configuration of the loader itself.") { Aka = ["ipxe"] };

    public static readonly ConfigKey<string> Sha256 = new("sha256", PathKinds.Hash, "SHA-256 of the one file; with several files, write each as a mapping with its own `sha256`.") { Aka = ["checksum", "hash"] };

    public static readonly ConfigKey<bool> Cache = new("cache", Kinds.Bool, "`false` sends machines to remote files themselves, instead of fetching them once for all.") { Default = "true" };

    public static readonly ConfigKey<ConfigNode> Iso = new("iso", new AnyOf("nothing yet", [], () => new() { ["not"] = new JsonObject() }), "Reserved for later.");

    public static readonly ConfigKey<ConfigNode> When = ConditionKeys.When("Which machines boot it this way.");

    public static readonly ConfigObject Variant = new("image-variant", "One way to boot an image.", [When, Kernel, Initrd, Arguments, DeviceTree, Program, Efi, Disk, Script, Sha256, Cache]);

    public static readonly ConfigKey<ImmutableArray<Placed<ConfigNode>>> Variants = new("variants", new ListOf<ConfigNode>(new Inner(Variant, "a variant"), "variants"),
        "Ways to boot it; the first whose `when` holds is taken, and what stands beside `variants` after them.");

    public static readonly ConfigObject Object = new("image", "Something that can be booted.", [Title, Kernel, Initrd, Arguments, DeviceTree, Program, Efi, Disk, Script, Variants, Sha256, Cache, Iso]);

    static JsonObject FileSchema() => new() { ["anyOf"] = new JsonArray(new JsonObject { ["type"] = "string" }, SchemaRef.To(FileKeys.Object), new JsonObject { ["type"] = "object" }) };
}

/// <summary>A file with more to say than its place.</summary>
static class FileKeys
{
    public static readonly ConfigKey<string> File = new("file", PathKinds.Location, "A path below the files folder, a URL, or `loader:NAME`.") { Required = true, Aka = ["url", "path", "location"] };

    public static readonly ConfigKey<string> Sha256 = new("sha256", PathKinds.Hash, "Checked before the file is kept.") { Aka = ["checksum", "hash"] };

    public static readonly ConfigKey<bool> Cache = new("cache", Kinds.Bool, "`false` sends machines to the URL itself.") { Default = "true" };

    public static readonly ConfigObject Object = new("image-file", "A file of an image.", [File, Sha256, Cache]);
}

/// <summary>A disk on the network.</summary>
static class DiskKeys
{
    public static readonly ConfigKey<string> Uri = new("uri", Kinds.Text, "As iPXE takes it: `iscsi:10.0.0.1:::1:iqn.2024-01.example:disk`, `aoe:e0.1`, or an `http://` URL; a template.") { Required = true, Aka = ["url", "target"] };

    public static readonly ConfigKey<string> Initiator = new("initiator", Kinds.Text, "iSCSI name of the machine; without it, the loader's own.") { Aka = ["iqn", "initiator-name"] };

    public static readonly ConfigObject Object = new("disk", "A disk on the network.", [Uri, Initiator]);
}
