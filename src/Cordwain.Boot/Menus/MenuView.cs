using System.Collections.Immutable;
using Cordwain.Boot.Machines;

namespace Cordwain.Boot.Menus;

/// <summary>A menu as one machine is to see it: conditions decided, variables filled in, files named. What a renderer writes down.</summary>
/// <param name="Name">Label of the menu: <c>main</c>, or the sub-menu's name.</param>
/// <param name="Default">Label of an entry or sub-menu in <paramref name="Lines"/>; null only when there is none to choose.</param>
public sealed record MenuView(
    string Name, string Title, TimeSpan? Timeout, string? Default, ImmutableArray<MenuLine> Lines, MenuLookView Look, MenuStation Station)
{
    /// <summary>What the dialect cannot express, and what was left out because of mistakes.</summary>
    public ImmutableArray<MenuRemark> Remarks { get; init; } = [];

    /// <summary>All entries, those of sub-menus included, in order.</summary>
    public IEnumerable<EntryView> Entries => Lines.SelectMany(line => line switch
    {
        MenuLine.Choice choice => [choice.Entry],
        MenuLine.Sub sub => sub.Menu.Entries,
        _ => Enumerable.Empty<EntryView>(),
    });

    /// <summary>True when something here or below asks for a password.</summary>
    public bool HasPasswords => Lines.Any(line => line switch
    {
        MenuLine.Choice choice => choice.Entry.Password is not null,
        MenuLine.Sub sub => sub.Password is not null || sub.Menu.HasPasswords,
        _ => false,
    });
}

/// <summary>A line of a menu; exactly one of the nested cases.</summary>
public abstract record MenuLine
{
    MenuLine() { }

    public sealed record Choice(EntryView Entry) : MenuLine;

    /// <summary>A gap, or a heading when it has text.</summary>
    public sealed record Gap(string? Text) : MenuLine;

    public sealed record Sub(string Name, string Title, char? Hotkey, string? Password, MenuView Menu) : MenuLine;
}

/// <summary>A thing to choose.</summary>
/// <param name="Name">The image's name: also the label; unique in the whole menu.</param>
/// <param name="Password">In clear or as a hash, as the operator wrote it: renderers never write it in clear.</param>
public sealed record EntryView(string Name, string Title, char? Hotkey, string? Password, BootStep Step);

/// <summary>What the loader does for an entry, with every file named as this loader asks for it; exactly one of the nested cases.</summary>
public abstract record BootStep
{
    BootStep() { }

    /// <param name="Arguments">Without the initrds.</param>
    /// <param name="DeviceTree">For U-Boot; null: the board's own.</param>
    public sealed record Kernel(FileView Image, ImmutableArray<FileView> Initrds, string Arguments, FileView? DeviceTree) : BootStep;

    public sealed record Program(FileView Image, string Arguments) : BootStep;

    public sealed record SanDisk(string Uri, string? InitiatorName) : BootStep;

    public sealed record Script(FileView File) : BootStep;

    public sealed record LocalDisk : BootStep;

    public sealed record Shell : BootStep;

    public sealed record Reboot : BootStep;

    public sealed record PowerOff : BootStep;

    /// <summary>Something is wrong with the entry for this machine: choosing it says so.</summary>
    public sealed record Unavailable(string Why) : BootStep;
}

/// <summary>A file as a loader asks for it.</summary>
/// <param name="Location">A URL, or a name in the loader's own spelling.</param>
/// <param name="Name">The last part, safe as a word in every dialect; unique in its entry.</param>
public sealed record FileView(string Location, string Name);

/// <summary>The look with its files named.</summary>
public sealed record MenuLookView(FileView? Background, ImmutableDictionary<string, string> Colors, bool Graphical, SerialConsole? Serial)
{
    public static MenuLookView None { get; } = new(null, ImmutableDictionary<string, string>.Empty, false, null);
}

/// <summary>What a renderer needs to know of the machine and of us.</summary>
/// <param name="HttpBase">Our HTTP address, without a slash at the end.</param>
public sealed record MenuStation(Platform Platform, Cpu Cpu, string HttpBase);

/// <summary>Something that a menu cannot be in a dialect, or a mistake in an entry. Printed by <c>cordwain check</c>.</summary>
/// <param name="Code">Public: <c>CW3012</c>; each has a page.</param>
/// <param name="Dialect">Null: in every dialect.</param>
/// <param name="Item">Name of the entry, sub-menu or setting.</param>
/// <param name="Message">One sentence: what is not possible and what happens instead.</param>
public sealed record MenuRemark(string Code, MenuDialect? Dialect, string Item, string Message)
{
    public const string UnknownImage = "CW3010", NoVariant = "CW3011", CannotBoot = "CW3012", CannotAskPassword = "CW3013",
        LookNotShown = "CW3015", DefaultMissing = "CW3016", LayoutNotShown = "CW3017", TextChanged = "CW3018",
        FileNotReachable = "CW3019";

    public override string ToString() => $"{Code} {(Dialect is { } dialect ? $"{dialect}: " : "")}{Item}: {Message}";
}
