using System.Globalization;
using Cordwain.Boot.Machines;

namespace Cordwain.Boot.Menus.Grub;

/// <summary>Writes grub.cfg for GRUB 2.06 and newer.</summary>
public sealed class GrubRenderer : IMenuRenderer
{
    // Somebody who may edit entries must exist or passwords mean nothing; nobody can log in as this one, who has no password.
    const string Nobody = "nobody";

    public MenuDialect Dialect => MenuDialect.Grub;

    public string? WhyNot(BootStep step, MenuStation station) => step switch
    {
        BootStep.Script { File.Name: var name } when name.EndsWith(".ipxe", StringComparison.OrdinalIgnoreCase) => "GRUB cannot run an iPXE script",
        BootStep.SanDisk => "GRUB cannot start a disk on the network",
        BootStep.Shell => "GRUB has no entry for its command line (press c)",
        BootStep.Program when station.Platform == Platform.Bios => "GRUB on BIOS cannot start a network boot program",
        _ => null,
    };

    public string? WhyNoPassword(string password, MenuStation station) =>
        MenuPassword.ForGrub("", password) is null ? "GRUB checks passwords in clear or as grub.pbkdf2 only" : null;

    public IEnumerable<MenuRemark> Notes(MenuView view)
    {
        if (!view.Look.Colors.IsEmpty)
            yield return new(MenuRemark.LookNotShown, Dialect, "look", "GRUB's text menu has sixteen colors; the nearest ones are taken.");
        if (view.Lines.Any(line => line is MenuLine.Gap))
            yield return new(MenuRemark.LayoutNotShown, Dialect, view.Name, "GRUB passes over no line: headings and gaps can be chosen, and then nothing happens.");
    }

    public string Render(MenuView view)
    {
        var text = new TextLines();
        text.Add($"set timeout={Seconds(view.Timeout)}");
        if (view.Default is { } first)
            text.Add($"set default={GrubText.Quoted(first)}");
        Look(text, view.Look);
        if (view.HasPasswords)
        {
            text.Add($"set superusers={GrubText.Quoted(Nobody)}");
            text.Add("export superusers");   // or the menus inside would be open to all
            foreach (var (name, password) in Passwords(view))
                text.Add($"password_pbkdf2 {name} {MenuPassword.ForGrub(name, password)}");
        }

        Lines(text, view, view.HasPasswords);
        return text.ToString();
    }

    public string RenderEntry(EntryView entry, MenuStation station)
    {
        var text = new TextLines();
        text.Add($"echo {GrubText.Title("Booting " + entry.Title)}");
        Step(text, entry.Step, station);
        if (entry.Step is BootStep.Kernel or BootStep.Program)
            text.Add("boot");
        return text.ToString();
    }

    static void Lines(TextLines text, MenuView menu, bool hasPasswords)
    {
        foreach (var line in menu.Lines)
        {
            text.Blank();
            switch (line)
            {
                case MenuLine.Choice { Entry: var entry }:
                    text.Add($"menuentry {GrubText.Title(entry.Title)}{Options(entry.Name, entry.Hotkey, entry.Password, hasPasswords)} {{");
                    text.Indent();
                    Step(text, entry.Step, menu.Station);
                    text.Outdent();
                    text.Add("}");
                    break;
                case MenuLine.Sub sub:
                    text.Add($"submenu {GrubText.Title(sub.Title)}{Options(sub.Name, sub.Hotkey, sub.Password, hasPasswords)} {{");
                    text.Indent();
                    text.Add($"set timeout={Seconds(sub.Menu.Timeout)}");
                    text.Add($"set default={GrubText.Quoted(sub.Menu.Default ?? "")}");
                    Lines(text, sub.Menu, hasPasswords);
                    text.Outdent();
                    text.Add("}");
                    break;
                case MenuLine.Gap gap:
                    // GRUB passes over no line: this one can be chosen, and then nothing happens.
                    text.Add($"menuentry {GrubText.Title(gap.Text ?? "")}{(hasPasswords ? " --unrestricted" : "")} {{ true; }}");
                    break;
            }
        }
    }

    static string Options(string name, char? hotkey, string? password, bool hasPasswords) =>
        $" --id {name}"
        + (hotkey is { } key && char.IsAsciiLetterOrDigit(key) ? $" --hotkey={char.ToLowerInvariant(key)}" : "")
        + (password is not null ? $" --users {name}" : hasPasswords ? " --unrestricted" : "");

    static void Step(TextLines text, BootStep step, MenuStation station)
    {
        switch (step)
        {
            case BootStep.Kernel kernel:
                text.Add($"linux {GrubText.Word(kernel.Image.Location)}{GrubText.Arguments(kernel.Arguments)}");
                if (kernel.Initrds.Length > 0)
                    text.Add($"initrd {string.Join(' ', kernel.Initrds.Select(initrd => GrubText.Word(initrd.Location)))}");
                if (kernel.DeviceTree is { } tree)
                    text.Add($"devicetree {GrubText.Word(tree.Location)}");
                break;
            case BootStep.Program program:
                text.Add($"chainloader {GrubText.Word(program.Image.Location)}{GrubText.Arguments(program.Arguments)}");
                break;
            case BootStep.Script script:
                text.Add($"configfile {GrubText.Word(script.File.Location)}");
                break;
            case BootStep.LocalDisk:
                LocalDisk(text, station);
                break;
            case BootStep.Reboot:
                text.Add("reboot");
                break;
            case BootStep.PowerOff:
                text.Add("halt");
                break;
            case BootStep.Unavailable wrong:
                text.Add($"echo {GrubText.Message(wrong.Why)}");
                text.Add("sleep --interruptible 10");
                break;
        }
    }

    // UEFI: back to the boot manager, which goes on with its next entry; GRUB with Red Hat's patches takes the number as failure, others ignore it.
    static void LocalDisk(TextLines text, MenuStation station)
    {
        if (station.Platform == Platform.Efi)
        {
            text.Add("exit 1");
            return;
        }

        if (station.Platform != Platform.Bios)
        {
            text.Add("if [ \"$grub_platform\" = \"efi\" ]; then exit 1; fi");
        }

        text.Add("set root=(hd0)");
        text.Add("chainloader +1");
    }

    static void Look(TextLines text, MenuLookView look)
    {
        if (look.Serial is { } serial)
        {
            text.Add($"serial --unit={serial.Port} --speed={serial.Speed}");
            text.Add("terminal_input console serial");
            text.Add("terminal_output console serial");
        }

        Colors(text, look, "color", "entry", "selected", "menu_color");
        if (look.Background is not { } picture)
            return;

        // Without the font, which network images do not all carry, the text screen stays.
        text.Add("if loadfont unicode; then");
        text.Add("  insmod all_video");
        text.Add("  insmod gfxterm");
        text.Add($"  insmod {(picture.Name.EndsWith(".png", StringComparison.OrdinalIgnoreCase) ? "png" : "jpeg")}");
        text.Add($"  terminal_output {(look.Serial is null ? "gfxterm" : "gfxterm serial")}");
        text.Add($"  background_image {GrubText.Word(picture.Location)}");
        text.Add("fi");
    }

    static void Colors(TextLines text, MenuLookView look, string title, string entry, string selected, string prefix)
    {
        if (look.Colors.TryGetValue(entry, out var normal) && MenuColor.TryParse(normal, out var normalColor))
            text.Add($"set {prefix}_normal={normalColor.GrubName}/black");
        if (look.Colors.TryGetValue(selected, out var chosen) && MenuColor.TryParse(chosen, out var chosenColor))
            text.Add($"set {prefix}_highlight=black/{(chosenColor.GrubName == "black" ? "light-gray" : chosenColor.GrubName)}");
        if (look.Colors.TryGetValue("title", out var heading) && MenuColor.TryParse(heading, out var headingColor))
            text.Add($"set {title}_normal={headingColor.GrubName}/black");
    }

    static IEnumerable<(string Name, string Password)> Passwords(MenuView menu)
    {
        foreach (var line in menu.Lines)
        {
            if (line is MenuLine.Choice { Entry: { Password: { } password } entry })
                yield return (entry.Name, password);
            if (line is not MenuLine.Sub sub)
                continue;
            if (sub.Password is { } subPassword)
                yield return (sub.Name, subPassword);
            foreach (var inside in Passwords(sub.Menu))
                yield return inside;
        }
    }

    static string Seconds(TimeSpan? timeout) =>
        timeout is { } time ? ((long)Math.Ceiling(time.TotalSeconds)).ToString(CultureInfo.InvariantCulture) : "-1";
}
