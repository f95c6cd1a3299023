using System.Globalization;

namespace Cordwain.Management.Check.Scripts;

/// <summary>Looks for mistakes in the operator's own PXELINUX configurations. PXELINUX itself passes over what it does not understand.</summary>
public static class PxelinuxConfigCheck
{
    const string UnknownWord = "CW5021", TwoLabels = "CW5022", NoLabel = "CW5023", NoFile = "CW5024", NoModule = "CW5025", TimeUnit = "CW5026",
        OutsideLabel = "CW5027", BootSector = "CW5028", WrongValue = "CW5029", Unbalanced = "CW5030";

    /// <param name="file">What messages call it.</param>
    /// <param name="fileExists">Whether a file is served; names are relative to the folder of pxelinux.0.</param>
    /// <returns>In the order of the file.</returns>
    public static IEnumerable<Problem> Check(string file, string text, Func<string, bool> fileExists)
    {
        var check = new Run(file, fileExists);
        check.Read(text);
        return check.Problems.OrderBy(problem => problem.Line).ThenBy(problem => problem.Column);
    }

    sealed class Run(string file, Func<string, bool> fileExists)
    {
        // doc/syslinux.txt: the longest timeout is just under an hour.
        const int LongestTimeout = 35996;

        readonly Dictionary<string, int> _labels = new(StringComparer.Ordinal);
        readonly List<(string Keyword, ScriptWord Label)> _uses = [];
        readonly HashSet<string> _missing = new(StringComparer.OrdinalIgnoreCase);
        readonly Stack<ScriptWord> _menus = new();
        ScriptWord? _appendBeforeLabels;
        ScriptWord? _helpText;
        bool _asksModules;

        public List<Problem> Problems { get; } = [];

        public void Read(string text)
        {
            var number = 0;
            foreach (var line in text.Split('\n'))
            {
                number++;
                var (keyword, value) = Split(line.TrimEnd('\r'), number);
                if (keyword.Text.Length == 0 || keyword.Text[0] == '#')
                    continue;
                if (_helpText is null)
                    Statement(keyword, value);
                else if (Is(keyword, "ENDTEXT"))
                    _helpText = null;
            }

            AtEnd();
        }

        void Statement(ScriptWord keyword, ScriptWord value)
        {
            if (Is(keyword, "MENU"))
            {
                Menu(keyword, value);
                return;
            }

            if (!PxelinuxWords.Statements.Contains(keyword.Text))
            {
                var fix = PxelinuxWords.MenuStatements.Contains(keyword.Text) ? $"Did you mean \"MENU {keyword.Text.ToUpperInvariant()}\"?"
                    : NearestName.Suggest(keyword.Text, PxelinuxWords.Statements, "Lines that are no statement begin with #.");
                Report(UnknownWord, Severity.Error, keyword, $"PXELINUX has no statement {keyword.Text}, and passes over the line.", fix);
                return;
            }

            if (value.Text.Length == 0 && !Is(keyword, "ENDTEXT") && !Is(keyword, "APPEND") && !Is(keyword, "SAY"))
                Report(WrongValue, Severity.Error, keyword, $"{Name(keyword)} has no value.", $"Write {Name(keyword)} and what it is to be.");
            else
                Value(keyword, value);
        }

        void Value(ScriptWord keyword, ScriptWord value)
        {
            if (PxelinuxWords.OnlyInLabel.Contains(keyword.Text) && _labels.Count == 0)
            {
                Report(OutsideLabel, Severity.Error, keyword, $"{Name(keyword)} stands before the first LABEL, where it means nothing.", "Put it below the LABEL of its entry.");
                return;
            }

            if (PxelinuxWords.Numbers.Contains(keyword.Text) && !Number(value, out _))
                Report(WrongValue, Severity.Error, value, $"{Name(keyword)} takes a number, not {value.Text}.", "PXELINUX reads it as 0.");

            switch (Name(keyword))
            {
                case "LABEL":
                    Label(value);
                    break;
                case "DEFAULT" or "ONTIMEOUT" or "ONERROR":
                    _uses.Add((Name(keyword), FirstWord(value)));
                    break;
                case "UI" or "COM32":
                    Module(FirstWord(value));
                    break;
                case "KERNEL" or "LINUX" or "BOOT" or "BSS" or "PXE" or "FDIMAGE" or "COMBOOT" or "CONFIG":
                    Kernel(keyword, FirstWord(value));
                    break;
                case "INITRD":
                    Initrds(FirstWord(value));
                    break;
                case "APPEND":
                    Append(keyword, value);
                    break;
                case "TIMEOUT" or "TOTALTIMEOUT":
                    Time(keyword, value);
                    break;
                case "TEXT" when value.Text.StartsWith("HELP", StringComparison.OrdinalIgnoreCase):
                    _helpText = keyword;
                    break;
                case "INCLUDE" or "DISPLAY" or "FONT" or "KBDMAP":
                    Exists(FirstWord(value), Name(keyword));
                    break;
            }
        }

        void Menu(ScriptWord keyword, ScriptWord value)
        {
            var (word, rest) = Split(value);
            if (word.Text.Length == 0 || !PxelinuxWords.MenuStatements.Contains(word.Text))
            {
                Report(UnknownWord, Severity.Error, word.Text.Length == 0 ? keyword : word, $"There is no statement MENU {word.Text}.".Replace(" .", ".", StringComparison.Ordinal),
                    PxelinuxWords.Statements.Contains(word.Text) ? $"Did you mean \"{Name(word)}\" without MENU?"
                    : NearestName.Suggest(word.Text, PxelinuxWords.MenuStatements, "The menu passes over the line."));
                return;
            }

            switch (Name(word))
            {
                case "BEGIN":
                    _menus.Push(keyword);
                    break;
                case "END" when !_menus.TryPop(out _):
                    Report(Unbalanced, Severity.Error, keyword, "This MENU END closes no MENU BEGIN.", "Take it out, or put the MENU BEGIN before the first entry of the sub-menu.");
                    break;
                case "BACKGROUND" when rest.Text.Length > 0 && rest.Text[0] != '#':
                    Exists(FirstWord(rest), "MENU BACKGROUND");
                    break;
                case "INCLUDE":
                    Exists(FirstWord(rest), "MENU INCLUDE");
                    break;
                case "PASSWD" when rest.Text.Length > 0 && rest.Text is not ['$', _, '$', ..]:
                    Report(WrongValue, Severity.Warning, rest, "The password stands here in clear, and every machine of the network can read this file.",
                        "Write a hash instead: openssl passwd -6.");
                    break;
            }
        }

        void Label(ScriptWord value)
        {
            var label = FirstWord(value);
            if (label.Text == "-" || _labels.TryAdd(label.Text, label.Line))   // "-" is the usual label of headings
            {
                _labels.TryAdd(label.Text, label.Line);
                return;
            }

            Report(TwoLabels, Severity.Error, label, string.Create(CultureInfo.InvariantCulture,
                $"The label {label.Text} stands already in line {_labels[label.Text]}; the first is always taken."), "Give one of them another name; MENU LABEL is what people see.");
        }

        void Kernel(ScriptWord keyword, ScriptWord name)
        {
            if (Is(keyword, "KERNEL") && name.Text.EndsWith(".c32", StringComparison.OrdinalIgnoreCase))
            {
                Module(name);
                return;
            }

            if (Is(keyword, "KERNEL") && Path.GetExtension(name.Text).ToUpperInvariant() is ".BIN" or ".BS" or ".0")
            {
                Report(BootSector, Severity.Warning, name, $"KERNEL judges by the name: it starts {name.Text} as a boot sector or boot program, not as a kernel.",
                    "If it is a kernel, as memtest.bin is, write LINUX instead of KERNEL.");
            }

            Exists(name, Name(keyword));
        }

        void Initrds(ScriptWord names)
        {
            var column = names.Column;
            foreach (var name in names.Text.Split(','))
            {
                Exists(names with { Text = name, Column = column }, "INITRD");
                column += name.Length + 1;
            }
        }

        void Append(ScriptWord keyword, ScriptWord value)
        {
            if (_labels.Count == 0)
                _appendBeforeLabels ??= keyword;
            var at = 0;
            foreach (var argument in value.Text.Split(' '))
            {
                if (argument.StartsWith("initrd=", StringComparison.Ordinal) && _labels.Count > 0)
                    Initrds(value with { Text = argument["initrd=".Length..], Column = value.Column + at + "initrd=".Length });
                at += argument.Length + 1;
            }
        }

        void Time(ScriptWord keyword, ScriptWord value)
        {
            if (!Number(value, out var tenths))
                return;
            if (tenths > LongestTimeout && Is(keyword, "TIMEOUT"))
                Report(TimeUnit, Severity.Warning, value, $"{Name(keyword)} {value.Text} is longer than PXELINUX can wait (35996, an hour).", "The unit is a tenth of a second.");
            else if (tenths is > 0 and < 50)
            {
                Report(TimeUnit, Severity.Warning, value, string.Create(CultureInfo.InvariantCulture, $"{Name(keyword)} {tenths} is {tenths / 10.0:0.0} seconds: the unit is a tenth of a second."),
                    string.Create(CultureInfo.InvariantCulture, $"For {tenths} seconds write {tenths * 10}."));
            }
        }

        void Module(ScriptWord name)
        {
            _asksModules = true;
            Exists(name, "module");
            var last = name.Text[(name.Text.LastIndexOf('/') + 1)..];
            foreach (var needed in PxelinuxWords.Modules.GetValueOrDefault(last, []))
                Needs(name, last, needed);
            Needs(name, last, "ldlinux.c32");
        }

        // Modules are looked for beside the loader, wherever the one that asks for them lies.
        void Needs(ScriptWord at, string module, string needed)
        {
            if (!fileExists(needed) && _missing.Add(needed))
                Report(NoModule, Severity.Error, at, $"{module} needs {needed}, which is not there.", $"Put {needed} beside it, from the same version of syslinux (Debian: package syslinux-common).");
        }

        void Exists(ScriptWord name, string what)
        {
            var path = name.Text.StartsWith("::", StringComparison.Ordinal) ? name.Text[2..] : name.Text;
            if (path.Length == 0 || path.Contains("://", StringComparison.Ordinal) || path.Contains("::", StringComparison.Ordinal) || !_missing.Add(path))
                return;
            path = path.TrimStart('/');
            if (fileExists(path) || (what == "KERNEL" && fileExists(path + ".c32")))
                return;
            Report(what == "module" ? NoModule : NoFile, Severity.Error, name, $"{(what == "module" ? "The module" : what)} {path} is not there.",
                what == "module" ? "It comes with syslinux (Debian: package syslinux-common)." : "Put the file into the files folder, or mend the name; case counts.");
        }

        void AtEnd()
        {
            foreach (var (keyword, label) in _uses)
            {
                // The first word may be a file instead of a label; then it must be there.
                if (label.Text.Length == 0 || _labels.ContainsKey(label.Text) || fileExists(label.Text) || fileExists(label.Text + ".c32"))
                    continue;
                Report(NoLabel, Severity.Error, label, $"{keyword} {label.Text}: there is no LABEL {label.Text}, and no such file.",
                    NearestName.Suggest(label.Text, _labels.Keys, "Name one of the labels."));
            }

            if (_helpText is { } help)
                Report(Unbalanced, Severity.Error, help, "This TEXT HELP has no ENDTEXT; all that follows is taken for help.", "Put a line ENDTEXT after the text.");
            foreach (var menu in _menus)
                Report(Unbalanced, Severity.Error, menu, "This MENU BEGIN has no MENU END.", "Put a line MENU END after the last entry of the sub-menu.");
            if (_appendBeforeLabels is { } append && _labels.Count > 0)
            {
                Report(OutsideLabel, Severity.Note, append, "This APPEND stands before the first LABEL: it is for those entries only that have no APPEND of their own.",
                    "Repeat it in the entries that have one.");
            }

            if (!_asksModules && _labels.Count > 0 && !fileExists("ldlinux.c32") && _missing.Add("ldlinux.c32"))
                Report(NoModule, Severity.Warning, new("", 1, 1), "PXELINUX 5 and newer load ldlinux.c32 before they read this file, and it is not there.", "Put it beside pxelinux.0 (Debian: package syslinux-common).");
        }

        void Report(string code, Severity severity, ScriptWord at, string message, string fix) =>
            Problems.Add(new(code, severity, message, fix) { File = file, Line = at.Line, Column = at.Column });

        static bool Number(ScriptWord value, out int number) =>
            int.TryParse(FirstWord(value).Text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out number)
            || (FirstWord(value).Text is ['0', 'x' or 'X', .. var hex] && int.TryParse(hex, NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out number));

        static bool Is(ScriptWord word, string keyword) => word.Text.Equals(keyword, StringComparison.OrdinalIgnoreCase);

        static string Name(ScriptWord word) => word.Text.ToUpperInvariant();

        static (ScriptWord Word, ScriptWord After) Split(string line, int number) => Split(new(line, number, 1));

        static (ScriptWord Word, ScriptWord After) Split(ScriptWord line)
        {
            var start = Skip(line.Text, 0);
            var end = start;
            while (end < line.Text.Length && !char.IsWhiteSpace(line.Text[end]))
                end++;
            var rest = Skip(line.Text, end);
            return (line with { Text = line.Text[start..end], Column = line.Column + start }, line with { Text = line.Text[rest..].TrimEnd(), Column = line.Column + rest });
        }

        static ScriptWord FirstWord(ScriptWord value) => Split(value).Word;

        static int Skip(string text, int from)
        {
            while (from < text.Length && char.IsWhiteSpace(text[from]))
                from++;
            return from;
        }
    }
}
