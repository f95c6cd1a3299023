using System.Collections.Immutable;
using System.Text.Json.Nodes;
using Cordwain.Management.Configuration.Syntax;

namespace Cordwain.Management.Configuration.Keys;

/// <summary>The keys of the menu and of its lines.</summary>
static class MenuKeys
{
    static readonly ScalarKind<string> ImageName = Kinds.Line("the name of an image");

    static readonly AnyOf ItemKind = new("a name of an image, or a mapping", [ItemObjects.Entry, ItemObjects.Separator, ItemObjects.SubMenu], () => new()
    {
        ["anyOf"] = new JsonArray(new JsonObject { ["type"] = "string" }, SchemaRef.To(ItemObjects.Entry), SchemaRef.To(ItemObjects.Separator), SchemaRef.To(ItemObjects.SubMenu)),
    });

    public static readonly ConfigKey<string> Title = new("title", Kinds.Text, "Stands above the menu; may hold `{{ }}`.") { Default = "Boot menu" };

    public static readonly ConfigKey<TimeSpan> Timeout = new("timeout", MenuTimeouts.Kind, "How long before the default is taken.") { Default = "60s" };

    public static readonly ConfigKey<string> Default = new("default", ImageName, "The entry that the timeout takes; without it, the first one the machine sees.");

    public static readonly ConfigKey<ImmutableArray<Placed<ConfigNode>>> Entries = new("entries", new ListOf<ConfigNode>(ItemKind, "entries"),
        "The lines, in order: names of images, or mappings.")
    { Aka = ["items", "entry", "choices"] };

    public static readonly ConfigKey<string> Background = new("background", PathKinds.Location, "A PNG or JPEG of 640 × 480 below the files folder, for vesamenu.c32 and GRUB.");

    public static readonly ConfigKey<ConfigNode> Colors = new("colors", new Inner(ColorKeys.Object, "the keys of `colors`"), "Colors, where the loader has any.") { Aka = ["colours", "color"] };

    public static readonly ConfigObject Object = new("menu", "The boot menu.", [Title, Timeout, Default, Entries, Background, Colors]);
}

/// <summary>The three kinds of lines.</summary>
static class ItemObjects
{
    public static readonly ConfigKey<string> Image = new("entry", Kinds.Line("the name of an image"), "Name of an image, or `local`, `shell`, `reboot`, `poweroff`.") { Required = true, Aka = ["image", "boot", "label"] };

    public static readonly ConfigKey<string> Title = new("title", Kinds.Text, "What the menu shows; without it, the title of the image.") { Aka = ["text", "label"] };

    public static readonly ConfigKey<string> Hotkey = new("hotkey", HotkeyKind(), "One letter or digit that chooses the line.") { Aka = ["key"] };

    public static readonly ConfigKey<string> Password = new("password", Kinds.Text, "Asked for before it starts.") { Aka = ["passwd"] };

    public static readonly ConfigKey<string> Arguments = new("args", Kinds.Arguments, "More arguments for the kernel, after the image's own; a template.") { Aka = ["append", "arguments", "cmdline"] };

    public static readonly ConfigKey<ConfigNode> When = ConditionKeys.When("The line is shown only to machines that meet this.");

    public static readonly ConfigObject Entry = new("menu-entry", "A line that boots something.", [Image, Title, Hotkey, Password, Arguments, When]);

    public static readonly ConfigKey<ConfigNode> Text = new("separator", new AnyOf("a text, or nothing", [], () => new() { ["type"] = new JsonArray("string", "null") }), "A heading; empty for a gap.") { Required = true, Aka = ["heading"] };

    public static readonly ConfigObject Separator = new("menu-separator", "A gap or a heading.", [Text, When]);

    public static readonly ConfigKey<ImmutableArray<Placed<ConfigNode>>> Menu = new("menu", new ListOf<ConfigNode>(new AnyOf("an entry", [], () => new() { ["$ref"] = "#/$defs/menu/properties/entries/items" }), "entries"), "The lines of the sub-menu.") { Required = true };

    public static readonly ConfigKey<string> MenuName = new("name", Kinds.Line("a name"), "Unique in the whole menu; without it, made from the title.");

    public static readonly ConfigKey<string> MenuTitle = new("title", Kinds.Text, "What the line and the sub-menu show.") { Required = true };

    public static readonly ConfigKey<string> MenuDefault = new("default", Kinds.Line("the name of an entry"), "The entry the cursor stands on at first.");

    public static readonly ConfigKey<TimeSpan> MenuTimeout = new("timeout", MenuTimeouts.Kind, "How long before its default is taken.") { Default = "forever" };

    public static readonly ConfigObject SubMenu = new("menu-submenu", "A line that opens another menu.",
        [Menu, MenuName, MenuTitle, MenuTimeout, MenuDefault, Hotkey, Password, When]);

    static ScalarKind<string> HotkeyKind() => new("one letter or digit", new() { ["type"] = new JsonArray("string", "integer"), ["maxLength"] = 1 }, (string text, out string value) =>
    {
        value = text.ToLowerInvariant();
        return text.Length == 1 && char.IsAsciiLetterOrDigit(text[0]) ? null : new Complaint("CW4043", "is no hotkey.", "Write one letter or digit.");
    });
}

static class MenuTimeouts
{
    // PXELINUX counts its timeout in tenths of a second, at most 35996 of them.
    public static readonly ScalarKind<TimeSpan> Kind = Durations.Between(TimeSpan.FromSeconds(1), TimeSpan.FromSeconds(3599), orForever: true);
}

/// <summary>The parts of a menu that have a color.</summary>
static class ColorKeys
{
    public static readonly ImmutableArray<ConfigKey<string>> Parts =
    [
        new("title", Kinds.Color, "The title."),
        new("entry", Kinds.Color, "A line."),
        new("selected", Kinds.Color, "The line under the cursor."),
        new("border", Kinds.Color, "The frame."),
        new("help", Kinds.Color, "The text below."),
    ];

    public static readonly ConfigObject Object = new("menu-colors", "Colors as `\"#rrggbb\"`, or `\"#aarrggbb\"` with the opacity first.", [.. Parts]);
}
