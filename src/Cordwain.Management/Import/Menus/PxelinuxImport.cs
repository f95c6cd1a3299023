using System.Globalization;
using Cordwain.Management.Import.Draft;

namespace Cordwain.Management.Import.Menus;

/// <summary>Takes over a PXELINUX configuration: labels become images, the menu ours.</summary>
sealed class PxelinuxImport(string file, ImportDraft draft, DraftNames names, ImportReport report)
{
    const int MostDepth = 7;

    readonly Stack<(DraftMenu Menu, DraftItem? Item)> _menus = new();
    readonly List<PxelinuxLabel> _labels = [];
    readonly DraftMenu _menu = new();
    PxelinuxLabel? _label;
    string? _default, _onTimeout, _append;
    bool _hasInterface, _inText;

    public static void Read(string text, string file, ImportDraft draft, DraftNames names, ImportReport report) => new PxelinuxImport(file, draft, names, report).Take(text);

    DraftMenu Menu => _menus.Count == 0 ? _menu : _menus.Peek().Menu;

    void Take(string text)
    {
        var number = 0;
        foreach (var raw in text.Split('\n'))
        {
            var line = raw.Trim();
            number++;
            if (line.Length > 0 && line[0] != '#')
                Line(line, new(file, number, raw.Length - raw.TrimStart().Length + 1));
        }

        var made = new PxelinuxImages(draft, names, report, _append);
        foreach (var label in _labels)
            made.Take(label);
        _menu.Items.RemoveAll(item => item.Entry is null && item.Menu is null && !item.IsSeparator);
        foreach (var menu in Inner(_menu))
            menu.Items.RemoveAll(item => item.Entry is null && item.Menu is null && !item.IsSeparator);
        _menu.Default = EntryOf(_onTimeout) ?? EntryOf(_default) ?? _labels.Find(label => label.IsDefault)?.Item.Entry;
        if (!_hasInterface && _menu.Items.Count > 0)
            report.Note("CW6010", new(file, 1), "The file has no menu on the screen: PXELINUX boots its default at once, or asks at a prompt.", "Set `timeout: 1s` to boot as quickly, or keep the menu.");
        DraftMenus.Add(draft, _menu, names, file);
    }

    static IEnumerable<DraftMenu> Inner(DraftMenu menu) => menu.Items.Where(item => item.Menu is not null).SelectMany(item => Inner(item.Menu!).Append(item.Menu!));

    string? EntryOf(string? label) => label is null ? null : _labels.Find(known => known.Name.Equals(label.Split(' ')[0], StringComparison.OrdinalIgnoreCase))?.Item.Entry;

    void Line(string line, ImportPlace place)
    {
        var end = line.AsSpan().IndexOfAny(' ', '\t');
        var (word, rest) = end < 0 ? (line.ToUpperInvariant(), "") : (line[..end].ToUpperInvariant(), line[end..].Trim());
        if (_inText)
        {
            _inText = word != "ENDTEXT";
            return;
        }

        switch (word)
        {
            case "LABEL":
                _label = new(rest, new() { Title = null }, place);
                _labels.Add(_label);
                Menu.Items.Add(_label.Item);
                break;
            case "MENU":
                MenuLine(rest, line, place);
                break;
            case "TEXT":
                _inText = rest.StartsWith("HELP", StringComparison.OrdinalIgnoreCase);
                report.LeftOut("CW6004", place, "The help text of an entry has no counterpart.", "Say what matters in the title.");
                break;
            case "DEFAULT" or "UI" when rest.EndsWith("menu.c32", StringComparison.OrdinalIgnoreCase) || word == "UI":
                _hasInterface = true;
                break;
            case "DEFAULT":
                _default = rest;
                break;
            case "ONTIMEOUT":
                _onTimeout = rest;
                break;
            case "TIMEOUT" or "TOTALTIMEOUT":
                // In tenths of a second; 0: for ever.
                if (word == "TIMEOUT" && int.TryParse(rest, NumberStyles.None, CultureInfo.InvariantCulture, out var tenths) && tenths < 36_000)
                    _menu.Timeout = tenths == 0 ? null : TimeSpan.FromSeconds(tenths / 10.0);
                else
                    report.LeftOut("CW6002", place, $"`{line}` is not taken over.", "Write `menu: { timeout: … }`.");
                break;
            case "INCLUDE":
                report.LeftOut("CW6007", place, $"`{line}` is not followed.", $"Give {rest} on the command line too: its menu becomes a part of this one.");
                break;
            default:
                if (!InLabel(word, rest, place))
                    PxelinuxNotes.Report(word, line, place, report);
                break;
        }
    }

    bool InLabel(string word, string rest, ImportPlace place)
    {
        if (word is "KERNEL" or "LINUX" or "BOOT" or "BSS" or "PXE" or "FDIMAGE" or "COMBOOT" or "COM32" or "CONFIG" or "LOCALBOOT" && _label is not null)
        {
            (_label.Kind, _label.Kernel, _label.KernelPlace) = (word, rest, place);
            return true;
        }

        switch (word)
        {
            case "INITRD" when _label is not null:
                _label.Initrds.AddRange(rest.Split(',', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries));
                return true;
            case "APPEND" when _label is not null:
                _label.Append = rest;
                return true;
            case "APPEND":
                _append = rest;
                return true;
            case "IPAPPEND" or "SYSAPPEND" when _label is not null:
                _label.SysAppend = rest;
                _label.SysAppendPlace = place;
                return true;
            default:
                return false;
        }
    }

    void MenuLine(string rest, string line, ImportPlace place)
    {
        var end = rest.AsSpan().IndexOfAny(' ', '\t');
        var (word, value) = end < 0 ? (rest.ToUpperInvariant(), "") : (rest[..end].ToUpperInvariant(), rest[end..].Trim());
        switch (word)
        {
            case "TITLE" when _menus.Count == 0 || _menus.Peek().Item is null:
                Menu.Title = ImportedFiles.Title(value);
                break;
            case "TITLE":
                Menu.Title = ImportedFiles.Title(value);
                _menus.Peek().Item!.Title ??= Menu.Title;
                break;
            case "LABEL" when _label is not null:
                (_label.Item.Title, _label.Item.Hotkey) = Caption(value);
                break;
            case "LABEL" when _menus.Count > 0 && _menus.Peek().Item is { } opener:
                (opener.Title, opener.Hotkey) = Caption(value);
                break;
            case "DEFAULT" when _label is not null:
                _label.IsDefault = true;
                break;
            case "PASSWD" when _label is not null && !value.StartsWith('$'):
                _label.Item.Password = value;
                break;
            case "SEPARATOR":
                Menu.Items.Add(new() { IsSeparator = true });
                break;
            case "DISABLE" when _label is not null:
                _label.IsHeading = true;
                break;
            case "BEGIN":
                Begin(value, place);
                break;
            case "END" when _menus.Count > 0:
                _menus.Pop();
                _label = null;
                break;
            case "BACKGROUND" when ImportedFiles.Location(value, out _) is { } background && !value.StartsWith('#'):
                _menu.Background = background;
                break;
            case "COLOR" or "COLOUR":
                PxelinuxNotes.Color(_menu, value, line, place, report);
                break;
            default:
                PxelinuxNotes.Menu(word, value, line, place, report);
                break;
        }
    }

    void Begin(string tag, ImportPlace place)
    {
        _label = null;
        if (_menus.Count >= MostDepth)
            report.LeftOut("CW6002", place, "Menus are nested too deep here.", "Take the innermost ones apart.");
        var inner = new DraftMenu();
        var item = new DraftItem { Name = names.Image(tag.Length == 0 ? "menu" : tag), Title = tag.Length == 0 ? null : ImportedFiles.Title(tag), Menu = inner };
        if (_menus.Count < MostDepth)
            Menu.Items.Add(item);
        _menus.Push((inner, item));
    }

    /// <summary>A caret stands before the key that chooses the line.</summary>
    static (string Title, string? Hotkey) Caption(string text)
    {
        var caret = text.IndexOf('^', StringComparison.Ordinal);
        var key = caret >= 0 && caret + 1 < text.Length && char.IsAsciiLetterOrDigit(text[caret + 1]) ? char.ToLowerInvariant(text[caret + 1]).ToString() : null;
        return (ImportedFiles.Title(caret < 0 ? text : text.Remove(caret, 1)), key);
    }
}

/// <summary>A LABEL and what belongs to it.</summary>
sealed class PxelinuxLabel(string name, DraftItem item, ImportPlace place)
{
    public string Name => name;
    public DraftItem Item => item;
    public ImportPlace Place => place;
    public string Kind { get; set; } = "";
    public string Kernel { get; set; } = "";
    public ImportPlace KernelPlace { get; set; }
    public List<string> Initrds { get; } = [];
    public string? Append { get; set; }
    public string? SysAppend { get; set; }
    public ImportPlace SysAppendPlace { get; set; }
    public bool IsDefault { get; set; }
    public bool IsHeading { get; set; }
}
