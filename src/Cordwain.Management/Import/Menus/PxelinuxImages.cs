using Cordwain.Management.Import.Draft;

namespace Cordwain.Management.Import.Menus;

/// <summary>Makes images of labels.</summary>
sealed class PxelinuxImages(ImportDraft draft, DraftNames names, ImportReport report, string? append)
{
    static readonly string[] Programs = [".0", ".bin", ".bs", ".bss", ".pxe", ".efi", ".com", ".cbt", ".kpxe"];

    public void Take(PxelinuxLabel label)
    {
        var item = label.Item;
        if (label.IsHeading)
        {
            report.LeftOut("CW6004", label.Place, $"Label `{label.Name}` is switched off (MENU DISABLE).", "Write `- separator: TEXT` for a heading.");
            return;
        }

        var words = label.Kernel.Split([' ', '\t'], StringSplitOptions.RemoveEmptyEntries);
        var kernel = words.Length == 0 ? label.Name : words[0];
        item.Entry = label.Kind == "LOCALBOOT" ? "local" : Module(label, kernel.ToLowerInvariant()) ?? Image(label, kernel, string.Join(' ', words.Skip(1)));
        if (item.Entry is null)
            return;

        // The image has the label's caption; a choice that is always there keeps it at the line.
        if (draft.Images.Find(image => image.Name == item.Entry) is { } image)
        {
            image.Title = item.Title ?? ImportedFiles.Title(label.Name);
            item.Title = null;
        }
        else
        {
            item.Title ??= ImportedFiles.Title(label.Name);
        }
    }

    /// <summary>Modules that stand for a choice that is always there; null for all else.</summary>
    static string? Module(PxelinuxLabel label, string kernel) => kernel[(kernel.LastIndexOf('/') + 1)..] switch
    {
        "reboot.c32" => "reboot",
        "poweroff.c32" or "poweroff.com" => "poweroff",
        "localboot.c32" => "local",
        "chain.c32" when label.Append is null || label.Append.StartsWith("hd", StringComparison.OrdinalIgnoreCase) || label.Append.StartsWith("fd", StringComparison.OrdinalIgnoreCase) || label.Append.StartsWith("boot", StringComparison.OrdinalIgnoreCase) => "local",
        _ => null,
    };

    string? Image(PxelinuxLabel label, string kernel, string arguments)
    {
        if (kernel.EndsWith(".c32", StringComparison.OrdinalIgnoreCase) || label.Kind is "COM32" or "COMBOOT" or "CONFIG" or "FDIMAGE")
        {
            var isMenu = kernel.EndsWith("menu.c32", StringComparison.OrdinalIgnoreCase) || label.Kind == "CONFIG";
            report.LeftOut(isMenu ? "CW6007" : "CW6004", label.KernelPlace, $"Label `{label.Name}`: {(isMenu ? "another menu is not followed" : $"a module of SYSLINUX (`{kernel}`) runs under PXELINUX only")}.",
                isMenu ? $"Give {label.Append?.Split(' ')[0] ?? kernel} on the command line too: its menu becomes a part of this one." : "Keep a pxelinux.cfg of its own in the files folder for it.");
            return null;
        }

        if (ImportedFiles.Location(kernel, out var why) is not { } location)
        {
            report.LeftOut("CW6006", label.KernelPlace, $"Label `{label.Name}`: `{kernel}` cannot be loaded: {why}.", "Put the file into the files folder, and write the image by hand.");
            return null;
        }

        var initrds = Initrds(label, ref arguments);
        if (initrds is null)
            return null;
        if (label.SysAppend is { } sys)
            arguments = SysAppend(label, sys, arguments);
        if (arguments.Contains("{{", StringComparison.Ordinal))
        {
            report.LeftOut("CW6006", label.Place, $"Label `{label.Name}`: its arguments hold `{{{{`, which begins a variable here.", "Write the image by hand.");
            return null;
        }

        return Add(label, kernel, location, initrds, arguments);
    }

    string Add(PxelinuxLabel label, string kernel, string location, List<string> initrds, string arguments)
    {
        var name = names.Image(label.Name);
        var isProgram = label.Kind is "BOOT" or "BSS" or "PXE" || (label.Kind != "LINUX" && initrds.Count == 0 && Array.Exists(Programs, ending => kernel.EndsWith(ending, StringComparison.OrdinalIgnoreCase)));
        draft.Images.Add(isProgram
            ? new(name, label.Place) { Program = location, Arguments = arguments }
            : new(name, label.Place) { Kernel = location, Initrds = initrds, Arguments = arguments });
        return name;
    }

    /// <summary>INITRD, and <c>initrd=</c> among the arguments, which goes out of them.</summary>
    List<string>? Initrds(PxelinuxLabel label, ref string arguments)
    {
        var given = label.Append ?? append ?? "";
        var words = (given == "-" ? "" : given).Split([' ', '\t'], StringSplitOptions.RemoveEmptyEntries).ToList();
        var named = words.FindLast(word => word.StartsWith("initrd=", StringComparison.OrdinalIgnoreCase));
        words.RemoveAll(word => word.StartsWith("initrd=", StringComparison.OrdinalIgnoreCase));
        arguments = string.Join(' ', words.Prepend(arguments).Where(word => word.Length > 0));
        var files = named is not null ? named[7..].Split(',', StringSplitOptions.RemoveEmptyEntries) : [.. label.Initrds];
        var locations = new List<string>();
        foreach (var file in files)
        {
            if (ImportedFiles.Location(file, out var why) is { } location)
            {
                locations.Add(location);
                continue;
            }

            report.LeftOut("CW6006", label.Place, $"Label `{label.Name}`: `{file}` cannot be loaded: {why}.", "Put the file into the files folder, and write the image by hand.");
            return null;
        }

        return locations;
    }

    /// <summary>1 adds ip=, 2 BOOTIF=; the others name the machine's SMBIOS texts.</summary>
    string SysAppend(PxelinuxLabel label, string sys, string arguments)
    {
        if (sys.Trim() is "2" or "0x2")
        {
            report.Note("CW6010", label.SysAppendPlace, $"Label `{label.Name}`: `{sys}` adds BOOTIF=01-MAC.", "It is written into `args` with the machine's address; installers take colons as well as dashes.");
            return (arguments + " BOOTIF=01:{{ machine.mac }}").Trim();
        }

        report.LeftOut("CW6004", label.SysAppendPlace, $"Label `{label.Name}`: what PXELINUX appends for SYSAPPEND {sys} has no counterpart.", "Write what the kernel needs into `args`, such as ip=dhcp.");
        return arguments;
    }
}
