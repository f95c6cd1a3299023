using System.Collections.Immutable;
using Cordwain.Boot.Catalog;

namespace Cordwain.Boot.Menus;

/// <summary>The operator's menu, written once for all loaders.</summary>
public sealed record MenuDefinition
{
    public static MenuDefinition Empty { get; } = new();

    /// <summary>May hold <c>{{ }}</c> variables.</summary>
    public string Title { get; init; } = "Boot menu";

    /// <summary>How long before <see cref="Default"/> is taken; null: wait for ever. Default one minute.</summary>
    public TimeSpan? Timeout { get; init; } = TimeSpan.FromSeconds(60);

    /// <summary>Name of the entry that the timeout takes; null: the first one the machine sees.</summary>
    public string? Default { get; init; }

    public ImmutableArray<MenuItem> Items { get; init; } = [];

    public MenuLook Look { get; init; } = new();
}

/// <summary>Looks, for dialects that have any.</summary>
public sealed record MenuLook
{
    /// <summary>A PNG or JPEG below the files folder, 640 × 480, for vesamenu.c32 and GRUB.</summary>
    public string? Background { get; init; }

    /// <summary>Colours by part (<c>title</c>, <c>entry</c>, <c>selected</c>, <c>border</c>, <c>help</c>) as <c>#rrggbb</c>, or <c>#aarrggbb</c> where the first pair is opacity.</summary>
    public ImmutableDictionary<string, string> Colors { get; init; } = ImmutableDictionary<string, string>.Empty;

    /// <summary>True: PXELINUX shows vesamenu.c32; false: menu.c32; null: vesamenu.c32 when there are colors or a background.</summary>
    public bool? Graphical { get; init; }

    /// <summary>A serial line on which loaders that can also show the menu; null: the screen alone.</summary>
    public SerialConsole? Serial { get; init; }
}

/// <summary>A serial line of a machine.</summary>
/// <param name="Port">0 for the first.</param>
/// <param name="Speed">In bits per second.</param>
public sealed record SerialConsole(int Port = 0, int Speed = 115200);

/// <summary>A line of a menu; exactly one of the nested cases.</summary>
public abstract record MenuItem
{
    MenuItem() { }

    public BootCondition When { get; init; } = BootCondition.Always;

    /// <param name="Image">Name of an image or a built-in choice.</param>
    public sealed record Entry(string Image) : MenuItem
    {
        /// <summary>Null: the image's title.</summary>
        public string? Title { get; init; }

        /// <summary>One letter or digit.</summary>
        public char? Hotkey { get; init; }

        /// <summary>Asked for before the entry starts; null: free to all.</summary>
        public string? Password { get; init; }

        /// <summary>More arguments for the kernel, after the image's own; a template.</summary>
        public string? Arguments { get; init; }
    }

    /// <summary>A gap, or a heading when it has text.</summary>
    public sealed record Separator(string? Text) : MenuItem;

    /// <param name="Name">As for an image; unique in the whole menu.</param>
    public sealed record SubMenu(string Name, MenuDefinition Menu) : MenuItem
    {
        public char? Hotkey { get; init; }

        public string? Password { get; init; }
    }
}
