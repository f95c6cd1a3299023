using System.Globalization;
using Cordwain.Boot.Machines;

namespace Cordwain.Boot.Menus.Ipxe;

/// <summary>Writes iPXE scripts, with the commands that Debian 12's iPXE (1.0.0+git-20190125) has.</summary>
public sealed class IpxeRenderer : IMenuRenderer
{
    // An unset identity is an empty parameter. The server knows the machine by its address; these say which one it is where that is not enough.
    internal const string Identity = "mac=${netX/mac:hexhyp}&uuid=${uuid}&serial=${serial:uristring}";

    public MenuDialect Dialect => MenuDialect.Ipxe;

    public string? WhyNot(BootStep step, MenuStation station) => null;

    public string? WhyNoPassword(string password, MenuStation station) =>
        MenuPassword.CanCheck(password) ? null : "the server can check a password in clear or as $6$ only, and this is neither";

    public IEnumerable<MenuRemark> Notes(MenuView view)
    {
        if (view.Look.Background is not null || !view.Look.Colors.IsEmpty)
            yield return new(MenuRemark.LookNotShown, Dialect, "look", "iPXE as distributions build it has no colors and no background; its menu is plain.");
        foreach (var entry in view.Entries)
        {
            if (entry.Step is BootStep.Kernel { Arguments: var arguments } && IpxeText.LooksLikeVariable(arguments))
                yield return new(MenuRemark.TextChanged, Dialect, entry.Name, "iPXE would take ${…} in its arguments for one of its own variables, so it is written as $[…].");
        }
    }

    public string Render(MenuView view)
    {
        var script = new TextLines();
        script.Add("#!ipxe").Blank();
        script.Add($"set menu-timeout {Milliseconds(view.Timeout)}");
        Menu(script, view, parent: null);
        foreach (var (entry, menu) in Entries(view))
            Entry(script, entry, view.Station, menu);
        Endings(script, view);
        return script.ToString();
    }

    public string RenderEntry(EntryView entry, MenuStation station)
    {
        var script = new TextLines();
        script.Add("#!ipxe").Blank();
        script.Add($"echo {IpxeText.Title(entry.Title)} ...");
        Step(script, entry.Step, station, afterwards: "exit");
        script.Blank();
        script.Add(":failed");
        script.Add("echo The boot failed. The messages above say why.");
        script.Blank();
        script.Add(":shell");
        script.Add("echo This is the iPXE shell; type exit to leave it.");
        script.Add("shell");
        return script.ToString();
    }

    /// <summary>What a machine gets that gave a wrong password: the caller's <c>chain</c> fails and shows its menu again.</summary>
    public static string RenderRefusal(string reason)
    {
        var script = new TextLines();
        script.Add("#!ipxe");
        script.Add($"echo {IpxeText.Message(reason)}");
        script.Add("prompt --timeout 5000 Press a key ||");
        script.Add("exit 1");
        return script.ToString();
    }

    static void Menu(TextLines script, MenuView menu, string? parent)
    {
        script.Blank();
        script.Add($":menu-{menu.Name}");
        script.Add($"menu -- {IpxeText.Title(menu.Title)}");
        foreach (var line in menu.Lines)
            Item(script, line);
        if (parent is not null)
            script.Add($"item menu-{parent} Back");
        if (menu.Default is null && parent is null)
            script.Add("item shell There is nothing to boot for this machine: iPXE shell");

        var timeout = parent is null ? "${menu-timeout}" : Milliseconds(menu.Timeout);
        var chosen = menu.Default is null ? "" : $" --default {Target(menu, menu.Default)}";
        var cancelled = parent is null ? "cancelled" : "menu-" + parent;
        script.Add($"choose --timeout {timeout}{chosen} selected || goto {cancelled}");
        script.Add("set menu-timeout 0");
        script.Add("goto ${selected} || goto invalid");

        foreach (var sub in menu.Lines.OfType<MenuLine.Sub>().Where(sub => sub.Password is null))
            Menu(script, sub.Menu, menu.Name);
    }

    static void Item(TextLines script, MenuLine line) => script.Add(line switch
    {
        MenuLine.Choice { Entry: var entry } => $"item {Key(entry.Hotkey)}entry-{entry.Name} {IpxeText.Title(entry.Title)}",
        MenuLine.Sub { Password: null } sub => $"item {Key(sub.Hotkey)}menu-{sub.Name} {IpxeText.Title(sub.Title)} ...",
        MenuLine.Sub sub => $"item {Key(sub.Hotkey)}entry-{sub.Name} {IpxeText.Title(sub.Title)} ...",
        MenuLine.Gap { Text: { Length: > 0 } text } => $"item --gap -- {IpxeText.Title(text)}",
        _ => "item --gap --",
    });

    static string Target(MenuView menu, string label) =>
        menu.Lines.Any(line => line is MenuLine.Sub { Password: null } sub && sub.Name == label) ? "menu-" + label : "entry-" + label;

    static void Entry(TextLines script, MenuLine line, MenuStation station, string menu)
    {
        script.Blank();
        if (line is MenuLine.Sub sub)
        {
            script.Add($":entry-{sub.Name}");
            AskServer(script, sub.Name, station, menu);
        }
        else if (line is MenuLine.Choice { Entry: var entry })
        {
            script.Add($":entry-{entry.Name}");
            if (entry.Password is null)
                Step(script, entry.Step, station, afterwards: $"goto menu-{menu}");
            else
                AskServer(script, entry.Name, station, menu);
        }
    }

    // iPXE can compare texts but not hashes: only the server can check a password without it standing in the script.
    static void AskServer(TextLines script, string name, MenuStation station, string menu)
    {
        script.Add($"login || goto menu-{menu}");
        script.Add($"chain --autofree {station.HttpBase}/entry/{name}.ipxe?{Identity}&password=${{password:uristring}} ||");
        script.Add("clear password ||");   // `login` would show it to the next person
        script.Add($"goto menu-{menu}");
    }

    // What returns without a failure has been left by its user; what stands below is another entry's.
    static void Step(TextLines script, BootStep step, MenuStation station, string afterwards)
    {
        switch (step)
        {
            case BootStep.Kernel kernel:
                Kernel(script, kernel, station);
                script.Add(afterwards);
                break;
            case BootStep.Program program:
                script.Add($"chain {Command(program.Image, program.Arguments)} || goto failed");
                script.Add(afterwards);
                break;
            case BootStep.Script file:
                // In this script's place, so that its `exit` leaves iPXE, as its writer meant.
                script.Add($"chain --replace {Command(file.File, "")} || goto failed");
                script.Add("exit");
                break;
            case BootStep.SanDisk disk:
                if (disk.InitiatorName is { } name)
                    script.Add($"set initiator-iqn {IpxeText.Word(name)}");
                script.Add($"sanboot --keep {IpxeText.Word(disk.Uri)} || goto failed");
                script.Add(afterwards);
                break;
            case BootStep.LocalDisk:
                LocalDisk(script, station);
                break;
            case BootStep.Shell:
                script.Add("goto shell");
                break;
            case BootStep.Reboot:
                script.Add("reboot || goto failed");
                break;
            case BootStep.PowerOff:
                script.Add("poweroff || echo This iPXE was built without the poweroff command: switch the machine off by hand.");
                script.Add("goto shell");
                break;
            case BootStep.Unavailable wrong:
                script.Add($"echo Not bootable: {IpxeText.Message(wrong.Why)}");
                script.Add("goto failed");
                break;
        }
    }

    static void Kernel(TextLines script, BootStep.Kernel kernel, MenuStation station)
    {
        // A kernel with an EFI stub loads its initrds itself, by these names; on BIOS iPXE hands them over and the names are not needed.
        var names = station.Platform == Platform.Bios ? "" : string.Join(' ', kernel.Initrds.Select(initrd => "initrd=" + initrd.Name));
        script.Add("imgfree");   // a failed attempt leaves its initrds behind
        script.Add($"kernel {Command(kernel.Image, $"{names} {kernel.Arguments}")} || goto failed");
        foreach (var initrd in kernel.Initrds)
            script.Add($"initrd --name {initrd.Name} {Command(initrd, "")} || goto failed");
        script.Add("boot || goto failed");
    }

    // BIOS: the first disk is started directly, as some BIOSes do not go on after a PXE ROM that gave up.
    // UEFI: the boot manager goes on with its next entry; status 0 would make some firmware stop in its set-up (Dell, Lenovo).
    static void LocalDisk(TextLines script, MenuStation station)
    {
        if (station.Platform == Platform.Efi)
        {
            script.Add("exit 1");
            return;
        }

        if (station.Platform != Platform.Bios)
            script.Add("iseq ${platform} efi && exit 1 ||");
        script.Add("sanboot --no-describe --drive 0x80 || goto failed");
    }

    static void Endings(TextLines script, MenuView view)
    {
        script.Blank();
        script.Add(":invalid");
        script.Add("echo Invalid option selected: ${selected}");
        script.Add("goto shell");
        script.Blank();
        script.Add(":failed");
        script.Add("echo Booting ${selected} failed. The messages above say why.");
        script.Add("goto shell");
        script.Blank();
        script.Add(":cancelled");
        script.Add("echo The menu was left.");
        script.Blank();
        script.Add(":shell");
        script.Add("echo This is the iPXE shell; type exit to see the menu again.");
        script.Add("shell ||");
        if (view.Entries.Any(entry => entry.Step is BootStep.SanDisk))
            script.Add("sanunhook ||");   // --keep left the disk attached, where the local one should be
        script.Add($"goto menu-{view.Name}");
    }

    static IEnumerable<(MenuLine Line, string Menu)> Entries(MenuView menu)
    {
        foreach (var line in menu.Lines)
        {
            if (line is MenuLine.Choice or MenuLine.Sub { Password: not null })
                yield return (line, menu.Name);
            if (line is MenuLine.Sub { Password: null } sub)
            {
                foreach (var inside in Entries(sub.Menu))
                    yield return inside;
            }
        }
    }

    static string Command(FileView file, string arguments) =>
        $"{IpxeText.Word(file.Location)} {IpxeText.Arguments(arguments)}".TrimEnd();

    static string Key(char? hotkey) => hotkey is { } key && char.IsAsciiLetterOrDigit(key) ? $"--key {key} " : "";

    // 0 means for ever to iPXE, and at once to the operator.
    static string Milliseconds(TimeSpan? timeout) =>
        timeout is { } time ? Math.Max(1, (long)time.TotalMilliseconds).ToString(CultureInfo.InvariantCulture) : "0";
}
