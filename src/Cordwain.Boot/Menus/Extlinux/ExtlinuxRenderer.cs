using System.Globalization;

namespace Cordwain.Boot.Menus.Extlinux;

/// <summary>Writes what U-Boot's <c>pxe</c> command reads: PXELINUX's syntax without its modules.</summary>
/// <remarks>No sub-menus (their entries stand in one list), no passwords, no gaps, no look. Source: u-boot boot/pxe_utils.c.</remarks>
public sealed class ExtlinuxRenderer : IMenuRenderer
{
    // include/pxe_utils.h: MAX_TFTP_PATH_LEN; CONFIG_SYS_CBSIZE is 1024 on most boards and at least 256.
    const int LongestPath = 512, LongestArguments = 1023;

    public MenuDialect Dialect => MenuDialect.Extlinux;

    public string? WhyNot(BootStep step, MenuStation station) => step switch
    {
        BootStep.SanDisk => "U-Boot's menu cannot start a disk on the network",
        BootStep.Program => "U-Boot's menu cannot start a program",
        BootStep.Script => "U-Boot's menu cannot load another menu when it is chosen",
        BootStep.Shell => "U-Boot's menu has no entry for its prompt (press Ctrl-C)",
        BootStep.Reboot => "U-Boot's menu cannot reset the board",
        BootStep.PowerOff => "U-Boot's menu cannot switch the board off",
        BootStep.Kernel { Initrds.Length: > 1 } => "U-Boot's menu takes one initrd",
        BootStep.Kernel kernel when Arguments(kernel.Arguments).Length > LongestArguments => $"U-Boot takes {LongestArguments} characters of arguments",
        BootStep.Kernel kernel when kernel.Image.Location.Length > LongestPath => $"U-Boot takes file names of {LongestPath} characters",
        _ => null,
    };

    public string? WhyNoPassword(string password, MenuStation station) => "U-Boot's menu cannot ask for a password";

    public IEnumerable<MenuRemark> Notes(MenuView view)
    {
        if (view.Look.Background is not null || !view.Look.Colors.IsEmpty)
            yield return new(MenuRemark.LookNotShown, Dialect, "look", "U-Boot's menu is plain text.");
        foreach (var sub in view.Lines.OfType<MenuLine.Sub>())
            yield return new(MenuRemark.LayoutNotShown, Dialect, sub.Name, "U-Boot has no sub-menus; its entries stand in the one list.");
        foreach (var entry in view.Entries)
        {
            if (entry.Hotkey is not null)
                yield return new(MenuRemark.LayoutNotShown, Dialect, entry.Name, "U-Boot chooses by number; the hotkey is left out.");
        }
    }

    public string Render(MenuView view)
    {
        var text = new TextLines();
        text.Add($"MENU TITLE {Title(view.Title)}");
        var entries = Entries(view, "").ToList();
        if (First(view) is { } first && entries.Exists(entry => entry.Entry.Name == first))
            text.Add($"DEFAULT {first}");
        text.Add("PROMPT 1");   // U-Boot shows the menu only when it is to ask
        if (view.Timeout is { } timeout)
            text.Add(string.Create(CultureInfo.InvariantCulture, $"TIMEOUT {Math.Max(1, (long)(timeout.TotalSeconds * 10))}"));

        foreach (var (title, entry) in entries)
        {
            text.Blank();
            Entry(text, title, entry);
        }

        return text.ToString();
    }

    public string RenderEntry(EntryView entry, MenuStation station)
    {
        var text = new TextLines();
        if (entry.Step is BootStep.Unavailable wrong)
        {
            text.Add($"MENU TITLE {Title(wrong.Why)}");
            return text.ToString();
        }

        text.Add($"DEFAULT {entry.Name}");
        text.Add("PROMPT 0");
        text.Add("TIMEOUT 1");
        text.Blank();
        Entry(text, entry.Title, entry);
        return text.ToString();
    }

    static void Entry(TextLines text, string title, EntryView entry)
    {
        text.Add($"LABEL {entry.Name}");
        text.Indent();
        text.Add($"MENU LABEL {Title(title)}");
        switch (entry.Step)
        {
            case BootStep.Kernel kernel:
                text.Add($"LINUX {Word(kernel.Image.Location)}");
                if (kernel.Initrds is [var initrd])
                    text.Add($"INITRD {Word(initrd.Location)}");
                if (kernel.DeviceTree is { } tree)
                    text.Add($"FDT {Word(tree.Location)}");
                if (Arguments(kernel.Arguments) is { Length: > 0 } arguments)
                    text.Add($"APPEND {arguments}");
                break;
            case BootStep.LocalDisk:
                text.Add("LOCALBOOT 1");   // runs the board's `localcmd`; without one U-Boot goes on to its next boot target
                break;
        }

        text.Outdent();
    }

    static IEnumerable<(string Title, EntryView Entry)> Entries(MenuView menu, string prefix)
    {
        foreach (var line in menu.Lines)
        {
            if (line is MenuLine.Choice { Entry: { Step: not BootStep.Unavailable } entry })
                yield return (prefix + entry.Title, entry);
            if (line is MenuLine.Sub sub)
            {
                foreach (var inside in Entries(sub.Menu, $"{prefix}{sub.Title} / "))
                    yield return inside;
            }
        }
    }

    // A sub-menu as default means its own default.
    static string? First(MenuView menu) =>
        menu.Lines.OfType<MenuLine.Sub>().FirstOrDefault(sub => sub.Name == menu.Default) is { } inside ? First(inside.Menu) : menu.Default;

    static string Title(string text) => NotComment(PlainText.Title(text));

    // U-Boot replaces $variables in arguments and takes quotes for its own; a backslash keeps them (cli_simple_process_macros).
    static string Arguments(string text) => NotComment(
        PlainText.Arguments(text).Replace(@"\", @"\\", StringComparison.Ordinal).Replace("$", @"\$", StringComparison.Ordinal).Replace("'", @"\'", StringComparison.Ordinal));

    static string Word(string text) => NotComment(PlainText.Word(text));

    // A value that begins with # would be a comment.
    static string NotComment(string text) => text.TrimStart('#', ' ');
}
