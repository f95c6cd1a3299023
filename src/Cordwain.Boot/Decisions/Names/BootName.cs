using System.Collections.Immutable;
using System.Globalization;
using Cordwain.Boot.Machines;
using Cordwain.Protocols.Wire;

namespace Cordwain.Boot.Decisions.Names;

/// <summary>What a loader means by a name that it asks for.</summary>
enum BootNameKind
{
    /// <summary>Nothing that we would make ourselves.</summary>
    Other,

    /// <summary><c>boot.ipxe</c>, <c>menu.ipxe</c>.</summary>
    IpxeScript,

    /// <summary><c>autoexec.ipxe</c>: iPXE looks for it beside itself, before its own DHCP.</summary>
    IpxeAutoexec,

    /// <summary><c>entry/NAME.ipxe</c>: an entry that a rule chose in DHCP, or that a menu protects.</summary>
    IpxeEntry,

    /// <summary><c>boot.scr.uimg</c>: what U-Boot asks for by DHCP before anything else.</summary>
    UBootScript,

    /// <summary>A name of the search order below <c>pxelinux.cfg/</c>, or <c>extlinux/extlinux.conf</c>.</summary>
    Pxelinux,

    /// <summary><c>grub.cfg</c> and the names GRUB tries before it.</summary>
    Grub,
}

/// <summary>A name asked for by TFTP or HTTP, understood.</summary>
/// <param name="Path">The whole name.</param>
/// <param name="Folder">The folder part of a menu's name, with its closing slash; empty at the top.</param>
/// <param name="Last">The last part.</param>
sealed record BootName(BootNameKind Kind, string Path, string Folder, string Last)
{
    /// <summary>The card whose address the name carries (<c>01-52-54-…</c>); null when none.</summary>
    public MacAddress? Mac { get; init; }

    public Guid? Uuid { get; init; }

    /// <summary>The client's address in hex, or the beginning of it; empty when the name carries none.</summary>
    public string Hex { get; init; } = "";

    /// <summary>The name says that U-Boot asks: <c>default-arm…</c>, <c>extlinux.conf</c>.</summary>
    public bool IsUBoot { get; init; }

    /// <summary>The names that the loader would try after this one, in its order, as far as they do not depend on its address.</summary>
    public ImmutableArray<string> Later { get; init; } = [];

    const string PxelinuxFolder = "pxelinux.cfg/";

    public static BootName Read(string path)
    {
        var slash = path.LastIndexOf('/');
        var (folder, last) = (path[..(slash + 1)], path[(slash + 1)..]);
        if (last.Equals("boot.ipxe", StringComparison.OrdinalIgnoreCase) || last.Equals("menu.ipxe", StringComparison.OrdinalIgnoreCase))
            return new(BootNameKind.IpxeScript, path, folder, last);
        if (last.Equals("autoexec.ipxe", StringComparison.OrdinalIgnoreCase))
            return new(BootNameKind.IpxeAutoexec, path, folder, last);
        if (folder == ScriptAddress.EntryFolder && last.EndsWith(".ipxe", StringComparison.Ordinal))
            return new(BootNameKind.IpxeEntry, path, folder, last[..^".ipxe".Length]);
        if (last.Equals("boot.scr.uimg", StringComparison.OrdinalIgnoreCase))
            return new(BootNameKind.UBootScript, path, folder, last) { IsUBoot = true };
        return Pxelinux(path, folder, last) ?? Grub(path, folder, last) ?? new(BootNameKind.Other, path, folder, last);
    }

    static BootName? Pxelinux(string path, string folder, string last)
    {
        if (last.Equals("extlinux.conf", StringComparison.OrdinalIgnoreCase))
            return new(BootNameKind.Pxelinux, path, folder, last) { IsUBoot = true };
        if (!folder.EndsWith(PxelinuxFolder, StringComparison.OrdinalIgnoreCase))
            return null;

        var name = new BootName(BootNameKind.Pxelinux, path, folder, last);
        if (last.Equals("default", StringComparison.OrdinalIgnoreCase))
            return name;

        name = name with { Later = [folder + "default"] };
        if (last.StartsWith("default-", StringComparison.OrdinalIgnoreCase))
            return name with { IsUBoot = true };
        return Named(name, last, hardwareType: true);
    }

    static BootName? Grub(string path, string folder, string last)
    {
        const string Plain = "grub.cfg";
        if (last.Equals(Plain, StringComparison.OrdinalIgnoreCase))
            return new(BootNameKind.Grub, path, folder, last);
        if (!last.StartsWith(Plain + "-", StringComparison.OrdinalIgnoreCase))
            return null;

        var name = new BootName(BootNameKind.Grub, path, folder, last) { Later = [folder + Plain] };
        var key = last[(Plain.Length + 1)..];
        return Named(name, key, hardwareType: true) ?? Named(name, key, hardwareType: false);
    }

    /// <summary>A name made of a UUID, of a MAC address (behind the hardware type or not), or of an IPv4 address in hex, shortened from its end.</summary>
    static BootName? Named(BootName name, string key, bool hardwareType)
    {
        if (Guid.TryParseExact(key, "D", out var uuid))
            return name with { Uuid = uuid };
        if (key is [_, _, '-' or ':', ..] && hardwareType && key.Length == 20 && MacAddress.TryParse(key[3..], out var typed))
            return name with { Mac = typed };
        if (!hardwareType && MacAddress.TryParse(key, out var bare) && key.Length == 17)
            return name with { Mac = bare };
        return key.Length is >= 1 and <= 8 && uint.TryParse(key, NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out _) ? name with { Hex = key } : null;
    }

    /// <summary>This name's and the later ones' places, with those that the loader derives from the machine's address and card between them.</summary>
    public ImmutableArray<string> SearchOrder(MachineIdentity machine, Ipv4Address address)
    {
        if (Later.IsEmpty)
            return [Path];

        var stem = Kind == BootNameKind.Grub ? Folder + "grub.cfg-" : Folder;
        var names = new List<string> { Path };
        if (Uuid is not null && machine.Mac is { } mac)
            names.Add(Kind == BootNameKind.Grub ? stem + mac.ToDashed() : stem + "01-" + mac.ToDashed());

        var hex = Hex.Length > 0 ? Hex[..^1]
            : (Uuid is null && Mac is null) || address.IsAny ? ""
            : address.Value.ToString("X8", CultureInfo.InvariantCulture);
        for (; hex.Length > 0; hex = hex[..^1])
            names.Add(stem + hex);
        return [.. names, .. Later];
    }
}
