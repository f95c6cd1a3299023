using System.Collections.Frozen;

namespace Cordwain.Management.Check.Scripts;

/// <summary>The words of PXELINUX configurations. Source: syslinux 6.04 com32/elflink/ldlinux/readconfig.c and com32/menu/readconfig.c.</summary>
static class PxelinuxWords
{
    /// <summary>How an entry says what it starts.</summary>
    public static readonly FrozenSet<string> Kernels = Set("KERNEL LINUX BOOT BSS PXE FDIMAGE COMBOOT COM32 CONFIG LOCALBOOT");

    /// <summary>Statements that mean nothing before the first LABEL.</summary>
    public static readonly FrozenSet<string> OnlyInLabel = Set("KERNEL LINUX BOOT BSS PXE FDIMAGE COMBOOT COM32 CONFIG LOCALBOOT INITRD");

    public static readonly FrozenSet<string> Numbers =
        Set("TIMEOUT TOTALTIMEOUT PROMPT ALLOWOPTIONS IMPLICIT CONSOLE NOESCAPE NOCOMPLETE NOHALT PXERETRY LOCALBOOT IPAPPEND SYSAPPEND SENDCOOKIES");

    public static readonly FrozenSet<string> Statements = Set(
        "MENU TEXT INCLUDE APPEND INITRD LABEL TIMEOUT TOTALTIMEOUT ONTIMEOUT ALLOWOPTIONS IPAPPEND SYSAPPEND DEFAULT UI DISPLAY FONT KBDMAP IMPLICIT "
        + "PROMPT CONSOLE NOESCAPE NOCOMPLETE NOHALT ONERROR PXERETRY SERIAL SAY PATH SENDCOOKIES ENDTEXT "
        + "KERNEL LINUX BOOT BSS PXE FDIMAGE COMBOOT COM32 CONFIG LOCALBOOT F1 F2 F3 F4 F5 F6 F7 F8 F9 F10 F11 F12 F0 "
        + "DEVICETREE FDT DEVICETREEDIR FDTDIR");

    public static readonly FrozenSet<string> MenuStatements = Set(
        "LABEL TITLE DEFAULT HIDE PASSWD SHIFTKEY SAVE NOSAVE IMMEDIATE NOIMMEDIATE ONERROR MASTER INCLUDE BACKGROUND HIDDEN HIDDENKEY CLEAR COLOR COLOUR "
        + "MSGCOLOR MSGCOLOUR SEPARATOR DISABLE DISABLED INDENT BEGIN END QUIT GOTO EXIT START HELP RESOLUTION AUTOBOOT TABMSG NOTABMSG PASSPROMPT "
        + "WIDTH MARGIN PASSWORDMARGIN ROWS TABMSGROW CMDLINEROW ENDROW PASSWORDROW TIMEOUTROW HELPMSGROW HELPMSGENDROW HIDDENROW HSHIFT VSHIFT");

    /// <summary>The modules that a module loads (the NEEDED entries of syslinux-common 6.04's files); ldlinux.c32 is needed by all.</summary>
    public static readonly FrozenDictionary<string, string[]> Modules = """
        cat.c32
        chain.c32 libutil.c32 libcom32.c32
        cmd.c32 libcom32.c32
        config.c32 libcom32.c32
        dir.c32
        elf.c32 libcom32.c32
        ethersel.c32 libcom32.c32
        gfxboot.c32 libcom32.c32
        hdt.c32 libutil.c32 libgpl.c32 libcom32.c32 libmenu.c32
        host.c32
        ifcpu.c32 libutil.c32 libgpl.c32 libcom32.c32
        ifcpu64.c32 libcom32.c32
        ifplop.c32 libcom32.c32
        kbdmap.c32 libcom32.c32
        linux.c32 libcom32.c32
        ls.c32
        lua.c32 liblua.c32 libcom32.c32
        mboot.c32 libcom32.c32
        memdisk
        meminfo.c32
        menu.c32 libutil.c32
        pmload.c32 libcom32.c32
        poweroff.c32
        pxechn.c32 libutil.c32 libcom32.c32
        reboot.c32 libcom32.c32
        rosh.c32 libutil.c32 libcom32.c32
        sdi.c32 libcom32.c32
        sysdump.c32 libcom32.c32
        vesamenu.c32 libutil.c32 libcom32.c32
        whichsys.c32 libcom32.c32
        zzjson.c32 libgpl.c32
        """.Split('\n', StringSplitOptions.TrimEntries).Select(line => line.Split(' ')).ToFrozenDictionary(words => words[0], words => words[1..], StringComparer.OrdinalIgnoreCase);

    static FrozenSet<string> Set(string words) => words.Split(' ').ToFrozenSet(StringComparer.OrdinalIgnoreCase);
}
