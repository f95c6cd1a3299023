using System.Globalization;
using Cordwain.Boot.Machines;

namespace Cordwain.Boot.Menus.Pxelinux;

/// <summary>Writes configurations for PXELINUX 5 and newer with menu.c32 or vesamenu.c32, and for syslinux.efi.</summary>
public sealed class PxelinuxRenderer : IMenuRenderer
{
    // com32/include/menu.h: MAX_CMDLINE_LEN is 2048 for label, kernel, arguments and initrds together.
    const int MostCommandLine = 2000;

    // doc/syslinux.txt: the longest timeout is just under an hour, in tenths of a second.
    const int LongestTimeout = 35996;

    // The parts of the operator's look, and the elements of menu.c32 that belong to them.
    static readonly (string Part, string[] Elements)[] Elements =
    [
        ("title", ["title"]), ("entry", ["unsel", "hotkey"]), ("selected", ["sel", "hotsel"]), ("border", ["border"]),
        ("help", ["help", "tabmsg", "timeout_msg", "timeout"]),
    ];

    public MenuDialect Dialect => MenuDialect.Pxelinux;

    public string? WhyNot(BootStep step, MenuStation station) => step switch
    {
        BootStep.Script { File.Name: var name } when name.EndsWith(".ipxe", StringComparison.OrdinalIgnoreCase) => "PXELINUX cannot run an iPXE script",
        BootStep.SanDisk => "PXELINUX cannot start a disk on the network",
        BootStep.Program when station.Platform == Platform.Efi => "PXELINUX cannot start an EFI program",
        BootStep.LocalDisk when station.Platform == Platform.Efi => "PXELINUX on UEFI cannot go on to the local disk",
        BootStep.Kernel kernel when CommandLine(kernel).Length > MostCommandLine =>
            $"PXELINUX takes {MostCommandLine} characters of file names and arguments, and this entry has {CommandLine(kernel).Length}",
        _ => null,
    };

    public string? WhyNoPassword(string password, MenuStation station) =>
        MenuPassword.ForPxelinux("", password) is null ? "PXELINUX checks passwords in clear or as $1$, $4$, $5$ or $6$ only" : null;

    public IEnumerable<MenuRemark> Notes(MenuView view)
    {
        if (view.Timeout is not null && Default(view) is null && view.Default is { } sub)
            yield return new(MenuRemark.LayoutNotShown, Dialect, sub, "PXELINUX cannot open a sub-menu by timeout; the menu waits.");
        if (view.Timeout is not null && Default(view) is { Password: not null } first)
            yield return new(MenuRemark.LayoutNotShown, Dialect, first.Name, "PXELINUX would start the default without its password when the time is over; the menu waits.");
        foreach (var (part, color) in view.Look.Colors)
        {
            if (!MenuColor.TryParse(color, out _) || !Array.Exists(Elements, row => row.Part == part))
                yield return new(MenuRemark.LookNotShown, Dialect, part, $"{color} for {part} is not a color as #rrggbb for title, entry, selected, border or help; it is left out.");
        }
    }

    public string Render(MenuView view)
    {
        var text = new TextLines();
        if (view.Look.Serial is { } serial)
            text.Add($"SERIAL {serial.Port} {serial.Speed}");   // must be the first line (doc/syslinux.txt)
        text.Add(view.Look.Graphical ? "UI vesamenu.c32" : "UI menu.c32");
        text.Add("PROMPT 0");
        text.Add("MENU IMMEDIATE");
        if (view.HasPasswords)
        {
            text.Add("NOESCAPE 1");
            text.Add("ALLOWOPTIONS 0");
        }

        Timeout(text, view);
        Look(text, view.Look);
        Lines(text, view);
        return text.ToString();
    }

    public string RenderEntry(EntryView entry, MenuStation station)
    {
        var text = new TextLines();
        if (entry.Step is BootStep.Unavailable or BootStep.Shell)
        {
            text.Add("PROMPT 1");
            text.Add($"SAY {PxelinuxText.Message(entry.Step is BootStep.Unavailable wrong ? wrong.Why : entry.Title)}");
            return text.ToString();
        }

        text.Add($"DEFAULT {entry.Name}");
        text.Add("PROMPT 0");
        text.Add($"SAY Booting {PxelinuxText.Title(entry.Title)}");
        text.Blank();
        text.Add($"LABEL {entry.Name}");
        text.Indent();
        Step(text, entry.Step, station);
        return text.ToString();
    }

    // doc/menu.txt warns: the timeout starts a protected entry without asking. So it may not.
    static void Timeout(TextLines text, MenuView view)
    {
        var first = Default(view);
        if (first is null)
            return;
        text.Add($"DEFAULT {first.Name}");
        if (view.Timeout is null || first.Password is not null)
            return;
        text.Add($"TIMEOUT {Tenths(view.Timeout)}");
        text.Add($"ONTIMEOUT {first.Name}");
    }

    static long Tenths(TimeSpan? timeout) => timeout is { } time ? Math.Clamp((long)(time.TotalSeconds * 10), 1, LongestTimeout) : 0;

    // The label that the timeout starts; a sub-menu cannot be one.
    static EntryView? Default(MenuView view) =>
        view.Lines.OfType<MenuLine.Choice>().FirstOrDefault(choice => choice.Entry.Name == view.Default)?.Entry;

    static void Look(TextLines text, MenuLookView look)
    {
        if (look.Background is { } picture)
            text.Add($"MENU BACKGROUND {PxelinuxText.Word(picture.Location)}");
        foreach (var (part, elements) in Elements)
        {
            if (!look.Colors.TryGetValue(part, out var color) || !MenuColor.TryParse(color, out var value))
                continue;
            foreach (var element in elements)
                text.Add($"MENU COLOR {element} {value.Ansi(part == "selected")} {value.Argb} * *");
        }
    }

    static void Lines(TextLines text, MenuView menu)
    {
        text.Add($"MENU TITLE {PxelinuxText.Title(menu.Title)}");
        foreach (var (line, index) in menu.Lines.Select((line, index) => (line, index)))
        {
            text.Blank();
            switch (line)
            {
                case MenuLine.Choice { Entry: var entry }:
                    Entry(text, entry, entry.Name == menu.Default, menu.Station);
                    break;
                case MenuLine.Sub sub:
                    SubMenu(text, sub, sub.Name == menu.Default);
                    break;
                case MenuLine.Gap { Text: { Length: > 0 } heading }:
                    // A line of its own that cannot be chosen; a label it must have.
                    text.Add(string.Create(CultureInfo.InvariantCulture, $"LABEL heading-{menu.Name}-{index}"));
                    text.Add($"  MENU LABEL {PxelinuxText.Label(heading, null)}");
                    text.Add("  MENU DISABLE");
                    break;
                default:
                    text.Add("MENU SEPARATOR");
                    break;
            }
        }
    }

    static void SubMenu(TextLines text, MenuLine.Sub sub, bool isDefault)
    {
        text.Add($"MENU BEGIN {sub.Name}");
        text.Indent();
        text.Add($"MENU LABEL {PxelinuxText.Label(sub.Title, sub.Hotkey)}");
        if (isDefault)
            text.Add("MENU DEFAULT");
        if (sub.Password is { } password)
            text.Add($"MENU PASSWD {MenuPassword.ForPxelinux(sub.Name, password)}");
        text.Add($"TIMEOUT {Tenths(sub.Menu.Timeout)}");   // it would inherit its parent's
        Lines(text, sub.Menu);
        text.Blank();
        text.Add($"LABEL back-{sub.Name}");
        text.Add("  MENU LABEL Back");
        text.Add("  MENU EXIT");
        text.Outdent();
        text.Add("MENU END");
    }

    static void Entry(TextLines text, EntryView entry, bool isDefault, MenuStation station)
    {
        text.Add($"LABEL {entry.Name}");
        text.Indent();
        text.Add($"MENU LABEL {PxelinuxText.Label(entry.Title, entry.Hotkey)}");
        if (isDefault)
            text.Add("MENU DEFAULT");
        if (entry.Password is { } password)
            text.Add($"MENU PASSWD {MenuPassword.ForPxelinux(entry.Name, password)}");
        Step(text, entry.Step, station);
        text.Outdent();
    }

    static void Step(TextLines text, BootStep step, MenuStation station)
    {
        switch (step)
        {
            case BootStep.Kernel kernel:
                // LINUX, not KERNEL, which judges by the name: *.bin would be a boot sector.
                text.Add($"LINUX {PxelinuxText.Word(kernel.Image.Location)}");
                if (kernel.Initrds.Length > 0)
                    text.Add($"INITRD {string.Join(',', kernel.Initrds.Select(initrd => PxelinuxText.Word(initrd.Location)))}");
                if (PxelinuxText.Arguments(kernel.Arguments) is { Length: > 0 } arguments)
                    text.Add($"APPEND {arguments}");
                break;
            case BootStep.Program program:
                text.Add($"{ProgramKeyword(program.Image.Name)} {PxelinuxText.Word(program.Image.Location)}");
                if (PxelinuxText.Arguments(program.Arguments) is { Length: > 0 } options)
                    text.Add($"APPEND {options}");
                break;
            case BootStep.Script script:
                text.Add($"CONFIG {PxelinuxText.Word(script.File.Location)}");
                break;
            case BootStep.LocalDisk:
                text.Add("LOCALBOOT 0");   // PXELINUX: back to the PXE ROM, and with it to the BIOS's next device (doc/syslinux.txt)
                break;
            case BootStep.Shell:
                text.Add("MENU QUIT");
                break;
            case BootStep.Reboot:
                text.Add("COM32 reboot.c32");
                break;
            case BootStep.PowerOff:
                text.Add("COM32 poweroff.c32");
                break;
            case BootStep.Unavailable wrong:
                text.Add("MENU DISABLE");
                text.Add("TEXT HELP");
                text.Add("  " + PxelinuxText.Message(wrong.Why));
                text.Add("ENDTEXT");
                break;
        }
    }

    static string ProgramKeyword(string name) => Path.GetExtension(name).ToUpperInvariant() switch
    {
        ".C32" => "COM32",
        ".BIN" or ".BS" => "BOOT",
        _ => "PXE",
    };

    static string CommandLine(BootStep.Kernel kernel) =>
        $"{kernel.Image.Location} {kernel.Arguments} initrd={string.Join(',', kernel.Initrds.Select(initrd => initrd.Location))}";
}
