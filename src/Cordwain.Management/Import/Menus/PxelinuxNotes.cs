using Cordwain.Management.Import.Draft;

namespace Cordwain.Management.Import.Menus;

/// <summary>Lines of a PXELINUX configuration that say nothing about what boots.</summary>
static class PxelinuxNotes
{
    public static void Report(string word, string line, ImportPlace place, ImportReport report)
    {
        if (word is "PROMPT" or "IMPLICIT" or "NOCOMPLETE" or "ALLOWOPTIONS" or "NOESCAPE" or "ENDTEXT")
            report.Note("CW6010", place, $"`{Short(line)}` is not needed: it is about PXELINUX's prompt.", "Nothing to do.");
        else if (word is "SAY" or "DISPLAY" or "F1" or "F2" or "F3" or "F4" or "F5" or "F6" or "F7" or "F8" or "F9" or "F10" or "F11" or "F12" or "FONT" or "KBDMAP")
            report.LeftOut("CW6004", place, $"`{Short(line)}`: texts and fonts beside the menu have no counterpart.", "Use a heading in the menu: `- separator: TEXT`.");
        else if (word is "SERIAL" or "CONSOLE")
            report.LeftOut("CW6004", place, $"`{Short(line)}`: the loader's console is not set by the menu.", "Loaders use the firmware's console; for kernels, write `console=` into `args`.");
        else
            report.LeftOut("CW6003", place, $"`{Short(line)}` is not known.", "Look it up in the SYSLINUX documentation, and write what it was for by hand.");
    }

    public static void Menu(string word, string value, string line, ImportPlace place, ImportReport report)
    {
        if (word is "WIDTH" or "MARGIN" or "PASSWORDMARGIN" or "ROWS" or "TABMSGROW" or "CMDLINEROW" or "ENDROW" or "PASSWORDROW" or "TIMEOUTROW" or "HELPMSGROW" or "HELPMSGENDROW"
            or "HSHIFT" or "VSHIFT" or "HIDDEN" or "HIDDENROW" or "HIDDENKEY" or "CLEAR" or "SHIFTKEY" or "INDENT" or "TABMSG" or "AUTOBOOT" or "MSGCOLOR" or "MSGCOLOUR" or "NOTABMSG" or "IMMEDIATE" or "RESOLUTION" or "START" or "SAVE" or "NOSAVE")
            report.Note("CW6010", place, $"`{Short(line)}` is not needed: how the menu is laid out is Cordwain's business.", "Nothing to do.");
        else if (word is "EXIT" or "GOTO" or "QUIT")
            report.Note("CW6010", place, $"`{Short(line)}` is not needed: Cordwain's menus have a way back.", "Nothing to do.");
        else if (word is "INCLUDE")
            report.LeftOut("CW6007", place, $"`{Short(line)}` is not followed.", $"Give {value.Split(' ')[0]} on the command line too: its menu becomes a part of this one.");
        else if (word is "PASSWD" or "MASTER")
            report.LeftOut("CW6004", place, $"`{Short(line)}`: a hashed password cannot be taken over.", "Write `password:` with the password at the entry.");
        else
            report.LeftOut("CW6003", place, $"`{Short(line)}` is not known.", "Look it up in the SYSLINUX documentation of the menu system.");
    }

    /// <summary><c>title 1;36;44 #c0ffffff #00000000 std</c>: the part, ANSI colors, and foreground with the opacity first.</summary>
    public static void Color(DraftMenu menu, string value, string line, ImportPlace place, ImportReport report)
    {
        var words = value.Split([' ', '\t'], StringSplitOptions.RemoveEmptyEntries);
        var part = words.Length == 0 ? null : words[0].ToLowerInvariant() switch { "title" => "title", "unsel" => "entry", "sel" => "selected", "border" => "border", "help" => "help", _ => null };
        if (part is not null && words.Length > 2 && words[2].Length == 9 && words[2][0] == '#' && words[2].Skip(1).All(char.IsAsciiHexDigit))
        {
            menu.Colors.RemoveAll(color => color.Part == part);
            menu.Colors.Add((part, words[2].ToLowerInvariant()));
        }
        else
        {
            report.Note("CW6010", place, $"`{Short(line)}` is not taken over: Cordwain's menu has colors for its title, entries, selection, border and help.", "Write `menu: { colors: … }` to change them.");
        }
    }

    static string Short(string line) => line.Length <= 80 ? line : line[..77] + "...";
}
