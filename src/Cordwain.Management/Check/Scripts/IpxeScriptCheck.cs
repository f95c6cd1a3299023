using System.Globalization;

namespace Cordwain.Management.Check.Scripts;

/// <summary>Looks for mistakes in the operator's own iPXE scripts: those that iPXE itself would report on a screen in a server room.</summary>
public static class IpxeScriptCheck
{
    const string NoMagic = "CW5001", UnknownCommand = "CW5002", WrongOption = "CW5003", WrongArguments = "CW5004", NoLabel = "CW5005",
        TwoLabels = "CW5006", OpenVariable = "CW5007", WrongValue = "CW5008", NotInBuild = "CW5009";

    /// <param name="file">What messages call it.</param>
    /// <returns>In the order of the script.</returns>
    public static IEnumerable<Problem> Check(string file, string text)
    {
        var script = IpxeScript.Read(text.TrimStart('\uFEFF'));
        var check = new Run(file, script);
        check.Magic(text);
        foreach (var command in script.Commands)
            check.Command(command);
        check.Labels();
        check.Items();
        return check.Problems.OrderBy(problem => problem.Line).ThenBy(problem => problem.Column);
    }

    sealed class Run(string file, IpxeScript script)
    {
        readonly HashSet<string> _labels = [.. script.Labels.Select(label => label.Text)];

        public List<Problem> Problems { get; } = [];

        public void Magic(string text)
        {
            if (text.StartsWith("#!ipxe", StringComparison.Ordinal) && (text.Length == 6 || char.IsWhiteSpace(text[6])))
                return;
            Report(NoMagic, Severity.Error, new("", 1, 1), "The script does not begin with #!ipxe, so iPXE does not take it for one.",
                text.StartsWith('\uFEFF') ? "Save it without a byte order mark." : "Make \"#!ipxe\" its first line, with nothing before it.");
        }

        public void Command(ScriptWord[] words)
        {
            foreach (var word in words.Where(HasOpenVariable))
            {
                Report(OpenVariable, Severity.Error, word, $"{word.Text}: this ${{ is not closed before the next blank, and iPXE cuts lines at blanks.",
                    "Write the variable without blanks and close it with }.");
            }

            if (words[0].IsDynamic)
                return;
            if (!IpxeCommand.All.TryGetValue(words[0].Text, out var command))
            {
                Report(UnknownCommand, Severity.Error, words[0], $"iPXE has no command \"{words[0].Text}\".",
                    NearestName.Suggest(words[0].Text, IpxeCommand.All.Keys, "iPXE's help command lists those it has."));
                return;
            }

            if (!command.InDebian)
            {
                Report(NotInBuild, Severity.Note, words[0], $"Debian 12's iPXE was built without {command.Name}.",
                    "On it, the line fails; end it with || and what to do then, or serve a build that has it.");
            }

            Arguments(command, words);
        }

        void Arguments(IpxeCommand command, ScriptWord[] words)
        {
            var next = 1;
            while (next < words.Length && words[next].Text[0] == '-' && words[next].Text.Length > 1)
            {
                var option = words[next++];
                if (option.Text == "--")
                    break;
                if (!Option(command, option, words, ref next))
                    return;
            }

            var arguments = words[next..];
            if (arguments.Length > command.Most)
                TooMany(command, words, arguments);
            else if (arguments.Length < command.Fewest)
            {
                Report(WrongArguments, Severity.Error, words[0], $"{command.Name} needs {Count(command.Fewest)} and has {arguments.Length}.",
                    words.Length > 2 && command.Find(words[^2].Text) is { TakesValue: true } ? $"{words[^1].Text} is taken for the value of {words[^2].Text}." : $"Try \"{command.Name} --help\" in iPXE's shell.");
            }
            else if (command.Name == "goto")
                Goto(arguments[0]);
            else if (command.Name == "sleep" && !arguments[0].IsDynamic && !IsNumber(arguments[0].Text))
                Report(WrongValue, Severity.Error, arguments[0], $"sleep takes a number of seconds, not {arguments[0].Text}.", "Write whole seconds.");
        }

        /// <returns>False when the rest of the command cannot be understood any more.</returns>
        bool Option(IpxeCommand command, ScriptWord word, ScriptWord[] words, ref int next)
        {
            var equals = word.Text.IndexOf('=', StringComparison.Ordinal);
            var name = equals < 0 ? word.Text : word.Text[..equals];
            var isShortWithValue = name is ['-', not '-', _, ..];
            if (command.Find(isShortWithValue ? name[..2] : name) is not { } option)
            {
                var known = command.Options.Select(candidate => "--" + candidate.Long).ToArray();
                Report(WrongOption, Severity.Error, word, $"{command.Name} has no option {name}.",
                    NearestName.Suggest(name, known, known.Length == 0 ? "It takes none." : $"It has {string.Join(", ", known)}."));
                return false;
            }

            if (!option.TakesValue)
            {
                if (equals >= 0)
                    Report(WrongOption, Severity.Error, word, $"The option {name} of {command.Name} takes no value.", $"Write {name} alone.");
                return true;
            }

            var value = equals >= 0 ? word with { Text = word.Text[(equals + 1)..], Column = word.Column + equals + 1 }
                : isShortWithValue ? word with { Text = word.Text[2..], Column = word.Column + 2 }
                : next < words.Length && words[next].Text[0] != '-' ? words[next++]
                : (ScriptWord?)null;
            if (value is not { } given)
            {
                Report(WrongOption, Severity.Error, word, $"The option {name} of {command.Name} needs a value.", $"Write {name} VALUE.");
                return false;
            }

            if (option.Long is "timeout" or "drive" or "retimeout" && !given.IsDynamic && !IsNumber(given.Text))
            {
                Report(WrongValue, Severity.Error, given, $"{name} of {command.Name} takes a number, not {given.Text}.",
                    option.Long == "drive" ? "Write it as 0x80 or in decimal." : "Write milliseconds: 60000 is one minute.");
            }

            return true;
        }

        // Seen in many how-tos: a time in milliseconds before the setting's name, without the option that it belongs to.
        void TooMany(IpxeCommand command, ScriptWord[] words, ScriptWord[] arguments)
        {
            if (command.Name == "choose" && arguments.FirstOrDefault(argument => IsNumber(argument.Text)) is { Text: { } time } number)
            {
                Report(WrongArguments, Severity.Error, number, $"choose takes one argument, the setting, and here stands {time} before it; iPXE refuses the line.",
                    $"Write --timeout {time} (in milliseconds).");
                return;
            }

            var extra = arguments[command.Most];
            Report(WrongArguments, Severity.Error, extra, $"{command.Name} takes {(command.Most == 0 ? "no argument" : "at most " + Count(command.Most))}; \"{extra.Text}\" is too many.",
                words.Any(word => word.Text.Contains('"', StringComparison.Ordinal)) ? "Quotes do not hold words together in iPXE." : $"Leave it out, or end the command before it with && or ||.");
        }

        void Goto(ScriptWord label)
        {
            if (label.IsDynamic || _labels.Contains(label.Text))
                return;
            var fix = IpxeCommand.All.ContainsKey(label.Text)
                ? $"\"{label.Text}\" is a command: write it without goto, or put a line :{label.Text} before it."
                : NearestName.Suggest(label.Text, _labels, $"Put a line :{label.Text} where it is to go on.");
            Report(NoLabel, Severity.Error, label, $"goto {label.Text}: the script has no label :{label.Text}.", fix);
        }

        public void Labels()
        {
            foreach (var twice in script.Labels.GroupBy(label => label.Text).Where(same => same.Count() > 1))
            {
                foreach (var later in twice.Skip(1))
                {
                    Report(TwoLabels, Severity.Warning, later, string.Create(CultureInfo.InvariantCulture,
                        $"The label :{later.Text} stands already in line {twice.First().Line}; goto always finds that one."), "Give one of them another name.");
                }
            }
        }

        /// <summary>Where each choice of a menu is gone to by its name, each item must be a label.</summary>
        public void Items()
        {
            var chosen = script.Commands.Where(words => words[0].Text == "choose").Select(words => $"${{{words[^1].Text}}}").ToHashSet();
            var gone = script.Commands.Where(words => words is [{ Text: "goto" }, _]).Select(words => words[1].Text).ToHashSet();
            if (chosen.Count == 0 || !chosen.All(gone.Contains))
                return;

            foreach (var words in script.Commands.Where(words => words[0].Text == "item"))
            {
                if (ItemLabel(words) is { IsDynamic: false } label && !_labels.Contains(label.Text))
                {
                    Report(NoLabel, Severity.Error, label, $"The choice {label.Text} leads to the label :{label.Text}, which the script does not have.",
                        NearestName.Suggest(label.Text, _labels, $"Put a line :{label.Text} before what it is to do."));
                }
            }
        }

        static ScriptWord? ItemLabel(ScriptWord[] words)
        {
            var item = IpxeCommand.All["item"];
            for (var i = 1; i < words.Length; i++)
            {
                if (words[i].Text[0] != '-')
                    return words[i];
                if (words[i].Text is "--gap" or "-g" or "--")
                    return null;
                if (item.Find(words[i].Text) is { TakesValue: true })
                    i++;
            }

            return null;
        }

        void Report(string code, Severity severity, ScriptWord at, string message, string fix) =>
            Problems.Add(new(code, severity, message, fix) { File = file, Line = at.Line, Column = at.Column });

        static bool HasOpenVariable(ScriptWord word) =>
            word.Text.LastIndexOf("${", StringComparison.Ordinal) is >= 0 && word.Text.Split("${").Length - 1 > word.Text.Count(c => c == '}');

        static bool IsNumber(string text) =>
            text.Length > 0 && (text.All(char.IsAsciiDigit) || (text.StartsWith("0x", StringComparison.OrdinalIgnoreCase) && text.Length > 2 && text[2..].All(char.IsAsciiHexDigit)));

        static string Count(int arguments) => arguments == 1 ? "one argument" : string.Create(CultureInfo.InvariantCulture, $"{arguments} arguments");
    }
}
