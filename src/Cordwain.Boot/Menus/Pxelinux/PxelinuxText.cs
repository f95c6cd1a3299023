namespace Cordwain.Boot.Menus.Pxelinux;

/// <summary>Writes texts so that PXELINUX and its menus show or pass them and do nothing else with them.</summary>
/// <remarks>A line is a keyword and the rest of the line: nothing is quoted, and only <c>^</c> in a label means something (syslinux doc/menu.txt).</remarks>
static class PxelinuxText
{
    public static string Title(string text) => PlainText.Title(text);

    /// <summary>A message, which may run over several lines of the screen.</summary>
    public static string Message(string text) => PlainText.Title(text, 400);

    /// <summary>A label with its hotkey marked.</summary>
    public static string Label(string text, char? hotkey)
    {
        var label = PlainText.Title(text).Replace('^', '\'');
        if (hotkey is not { } key || !char.IsAsciiLetterOrDigit(key))
            return label;

        var place = label.IndexOf(key.ToString(), StringComparison.OrdinalIgnoreCase);
        return place >= 0 ? label.Insert(place, "^") : $"{label} (^{key})";
    }

    public static string Arguments(string text) => PlainText.Arguments(text);

    /// <summary>A file name: a blank would end it.</summary>
    public static string Word(string text) => PlainText.Word(text);
}
