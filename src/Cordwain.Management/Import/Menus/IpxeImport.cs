using System.Globalization;
using Cordwain.Management.Import.Draft;

namespace Cordwain.Management.Import.Menus;

/// <summary>Takes over an iPXE script: each item of its menus is followed to what it boots.</summary>
sealed class IpxeImport(string file, IpxeProgram program, ImportDraft draft, DraftNames names, ImportReport report)
{
    const int MostDepth = 7, MostItems = 2000;

    readonly HashSet<int> _open = [];
    readonly Dictionary<string, string> _images = new(StringComparer.Ordinal);
    int _items;

    public static void Read(string text, string file, ImportDraft draft, DraftNames names, ImportReport report) =>
        new IpxeImport(file, IpxeProgram.Read(text, file), draft, names, report).Take();

    string AsFile => $"The script itself still works as a file: a rule `{{ when: {{ ipxe: true }}, file: {Path.GetFileName(file)} }}`, with the script in the files folder.";

    void Take()
    {
        var outcome = new IpxeRun(program, new()).From(0);
        switch (outcome)
        {
            case IpxeOutcome.Menu menu when Menu(menu, 0) is { } made:
                DraftMenus.Add(draft, made, names, file);
                break;
            case IpxeOutcome.Unknown unknown:
                Report(unknown, "The script");
                break;
            case IpxeOutcome.Menu:
                break;
            default:
                var item = new DraftItem { Title = Path.GetFileNameWithoutExtension(file) };
                Boots(item, outcome, item.Title);
                DraftMenus.Add(draft, new() { Items = [item], Timeout = TimeSpan.FromSeconds(10) }, names, file);
                break;
        }
    }

    void Report(IpxeOutcome.Unknown unknown, string what) => report.LeftOut("CW6030", unknown.Place, $"{what} is not taken over: {unknown.Why}.", AsFile);

    /// <summary>From <c>menu</c> to <c>choose</c>.</summary>
    DraftMenu? Menu(IpxeOutcome.Menu start, int depth)
    {
        var menu = new DraftMenu();
        var variables = start.Variables;
        var items = new List<(string Label, DraftItem Item, ImportPlace Place)>();
        for (var at = start.Step; at < program.Steps.Count; at++)
        {
            var step = program.Steps[at];
            string[] words = [.. step.Words.Select(variables.Expand).Where(word => word.Length > 0)];
            var (options, plain) = words.Length == 0 ? ([], []) : IpxeRun.Options(words);
            switch (words.Length == 0 ? "" : words[0])
            {
                case "menu":
                    menu.Title = plain.Count == 0 ? null : ImportedFiles.Title(string.Join(' ', plain));
                    break;
                case "item" when step.Link.Length == 0:
                    Item(menu, items, options, plain, step);
                    break;
                case "item":
                    report.LeftOut("CW6030", step.Place, $"`{step}` is shown on a condition that is known only while the script runs.", "Write the entry with `when`, or keep the script. " + AsFile);
                    break;
                case "set" when step.Link.Length == 0 && plain.Count > 0:
                    variables.Set(plain[0], string.Join(' ', plain.Skip(1)));
                    break;
                case "choose":
                    Choose(menu, options, plain, step);
                    Follow(items, plain.Count == 0 ? "" : plain[^1], at, variables, depth);
                    Default(menu, items, options);
                    menu.Items.RemoveAll(item => item.Entry is null && item.Menu is null && !item.IsSeparator);
                    return menu;
                default:
                    break;   // conditions around items, and what is on the screen meanwhile
            }
        }

        report.LeftOut("CW6030", program.Steps[start.Step].Place, "The menu has no `choose`.", AsFile);
        return null;
    }

    static void Item(DraftMenu menu, List<(string, DraftItem, ImportPlace)> items, List<string> options, List<string> plain, IpxeStep step)
    {
        var text = ImportedFiles.Title(string.Join(' ', plain.Skip(options.Contains("--gap") || options.Contains("-g") ? 0 : 1)));
        if (plain.Count == 0 || options.Contains("--gap") || options.Contains("-g"))
        {
            menu.Items.Add(new() { IsSeparator = true, Title = text.Trim('-', ' ').Length == 0 ? null : text });
            return;
        }

        var key = Value(options, "--key", "-k");
        var item = new DraftItem { Title = text.Length == 0 ? plain[0] : text, Hotkey = key is { Length: 1 } && char.IsAsciiLetterOrDigit(key[0]) ? key.ToLowerInvariant() : null };
        if (options.Contains("--default") || options.Contains("-d"))
            menu.Default = plain[0];
        menu.Items.Add(item);
        items.Add((plain[0], item, step.Place));
    }

    void Choose(DraftMenu menu, List<string> options, List<string> plain, IpxeStep step)
    {
        var timeout = Value(options, "--timeout", "-t");
        if (plain.Count > 1 && plain[0].All(char.IsAsciiDigit))
        {
            timeout ??= plain[0];
            report.Note("CW6031", step.Place, $"`{step}`: iPXE refuses this line, as `--timeout` is missing before {plain[0]}.", $"It is taken for the timeout; mend the script too, if it stays in use: `--timeout {plain[0]}`.");
        }

        if (timeout is not null && int.TryParse(timeout, NumberStyles.None, CultureInfo.InvariantCulture, out var milliseconds) && milliseconds > 0)
            menu.Timeout = TimeSpan.FromMilliseconds(milliseconds);
    }

    void Follow(List<(string Label, DraftItem Item, ImportPlace Place)> items, string variable, int choose, IpxeVariables variables, int depth)
    {
        var start = choose;
        _open.Add(start);
        foreach (var (label, item, place) in items)
        {
            if (++_items > MostItems)
                break;
            var own = variables.Copy();
            own.Set(variable, label);
            var outcome = new IpxeRun(program, own).From(choose + 1);
            if (outcome is IpxeOutcome.Unknown unknown)
                Report(unknown, $"Item `{label}`");
            else if (outcome is not IpxeOutcome.Menu inner)
                Boots(item, outcome, label);
            else if (ChooseOf(inner.Step) is var next && next >= 0 && !_open.Contains(next))
                SubMenu(item, label, inner, place, depth);
        }

        _open.Remove(start);
    }

    void SubMenu(DraftItem item, string label, IpxeOutcome.Menu inner, ImportPlace place, int depth)
    {
        if (depth >= MostDepth)
        {
            report.LeftOut("CW6030", place, $"Item `{label}`: menus are nested too deep here.", AsFile);
            return;
        }

        if (Menu(inner, depth + 1) is not { } menu)
            return;
        item.Open(names.Image(label), menu);
    }

    int ChooseOf(int step)
    {
        for (var at = step; at < program.Steps.Count; at++)
        {
            if (program.Steps[at].Words[0] == "choose")
                return at;
        }

        return -1;
    }

    static void Default(DraftMenu menu, List<(string Label, DraftItem Item, ImportPlace Place)> items, List<string> options)
    {
        var label = Value(options, "--default", "-d") ?? menu.Default;
        menu.Default = items.Find(known => known.Label == label).Item?.Entry;
    }

    void Boots(DraftItem item, IpxeOutcome outcome, string label)
    {
        if (outcome is IpxeOutcome.Choice choice)
        {
            item.Entry = choice.Name;
            return;
        }

        // Two items that lead to the same are one image.
        var key = outcome is IpxeOutcome.Kernel kernel ? $"{kernel.Image} {string.Join(' ', kernel.Initrds)} {kernel.Arguments}" : outcome.ToString();
        if (_images.TryGetValue(key, out var known))
        {
            item.Entry = known;
            return;
        }

        var name = names.Image(label);
        DraftImage? image = outcome switch
        {
            IpxeOutcome.Kernel made => new(name, made.Place) { Kernel = made.Image, Initrds = made.Initrds, Arguments = made.Arguments },
            IpxeOutcome.Program { IsScript: true } script => new(name, script.Place) { Script = script.File },
            IpxeOutcome.Program made => new(name, made.Place) { Program = made.File, Arguments = made.Arguments },
            IpxeOutcome.Disk disk => new(name, disk.Place) { Disk = disk.Uri },
            _ => null,
        };
        if (image is null)
            return;
        image.Title = item.Title;
        item.Title = null;
        item.Entry = _images[key] = name;
        draft.Images.Add(image);
    }

    static string? Value(List<string> options, string name, string letter)
    {
        var at = options.FindIndex(option => option == name || option == letter);
        return at >= 0 && at + 1 < options.Count && !options[at + 1].StartsWith('-') ? options[at + 1] : null;
    }
}
