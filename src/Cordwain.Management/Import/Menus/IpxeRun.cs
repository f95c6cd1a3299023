using Cordwain.Management.Import.Draft;

namespace Cordwain.Management.Import.Menus;

/// <summary>Runs a script as if every command succeeded, as far as that can be known beforehand.</summary>
sealed class IpxeRun(IpxeProgram program, IpxeVariables variables)
{
    const int MostSteps = 500;

    static readonly string[] Idle =
        ["echo", "sleep", "clear_screen", "console", "colour", "color", "cpair", "dhcp", "ifconf", "ifopen", "ifclose", "ifstat", "route", "imgfree", "imgstat", "sync", "ntp", "show", "imgtrust", "imgexec_", "nstat", "lotest", "ipstat"];

    readonly List<string> _files = [];
    string? _kernel;
    string _arguments = "";
    bool _failed;

    public IpxeOutcome From(int at)
    {
        for (var steps = 0; steps < MostSteps; steps++)
        {
            if (at >= program.Steps.Count)
                return new IpxeOutcome.Choice("local");   // iPXE gives the machine back to its firmware
            var step = program.Steps[at];
            at++;
            if ((step.Link == "||" && !_failed) || (step.Link == "&&" && _failed))
                continue;
            _failed = false;
            string[] words = [.. step.Words.Select(variables.Expand).Where(word => word.Length > 0)];
            if (words.Length == 0)
                continue;
            if (words[0] == "menu")
                return new IpxeOutcome.Menu(at - 1, variables);
            if (words[0] == "goto")
            {
                if (words.Length < 2 || !program.Labels.TryGetValue(words[1], out at))
                    return new IpxeOutcome.Unknown($"`{step}` leads to no label", step.Place);
                continue;
            }

            if (Run(words, step) is { } outcome)
                return outcome;
        }

        return new IpxeOutcome.Unknown("it does not come to an end", program.Steps[Math.Min(at, program.Steps.Count) - 1].Place);
    }

    IpxeOutcome? Run(string[] words, IpxeStep step)
    {
        var (options, plain) = Options(words);
        switch (words[0])
        {
            case "set" when plain.Count > 0:
                variables.Set(plain[0], string.Join(' ', plain.Skip(1)));
                return null;
            case "clear" when plain.Count > 0:
                variables.Clear(plain[0]);
                return null;
            case "isset":
                return IsSet(step);
            case "iseq" when plain.Count == 2 && !plain.Exists(IpxeVariables.IsDynamic) && !plain.Exists(word => word.Contains("{{", StringComparison.Ordinal)):
                _failed = plain[0] != plain[1];
                return null;
            case "prompt":
                _failed = true;   // nobody pressed the key
                return null;
            case "kernel" or "imgselect" or "imgload" when plain.Count > 0:
                (_kernel, _arguments) = (plain[0], Join(plain.Skip(1)));
                return null;
            case "initrd" or "module" or "imgfetch" when plain.Count > 0:
                if (_kernel is null)
                    (_kernel, _arguments) = (plain[0], Join(plain.Skip(1)));
                else
                    _files.Add(plain[0]);
                return null;
            case "imgargs" when plain.Count > 0:
                _arguments = Join(plain.Skip(1));
                return null;
            case "boot" or "imgexec":
                return plain.Count > 0 && plain[0].AsSpan().IndexOfAny('/', '.') >= 0 ? Chain(plain, step) : Kernel(step);
            case "chain":
                return plain.Count > 0 ? Chain(plain, step) : Kernel(step);
            case "sanboot":
                return plain.Count == 0 || options.Contains("--drive") && plain.TrueForAll(word => word.StartsWith("0x", StringComparison.Ordinal)) ? new IpxeOutcome.Choice("local") : Disk(plain[0], step);
            case "exit":
                return new IpxeOutcome.Choice("local");
            case "shell" or "reboot" or "poweroff":
                return new IpxeOutcome.Choice(words[0]);
            default:
                return Array.IndexOf(Idle, words[0]) >= 0 ? null : new IpxeOutcome.Unknown($"`{step}` depends on the machine, or is not known", step.Place);
        }
    }

    IpxeOutcome.Unknown? IsSet(IpxeStep step)
    {
        var word = step.Words.Length > 1 ? step.Words[1] : "";
        var known = word.StartsWith("${", StringComparison.Ordinal) && word.EndsWith('}') ? variables.IsSet(word[2..^1]) : word.Length > 0;
        _failed = known == false;
        return known is null ? new($"`{step}` depends on the machine", step.Place) : null;
    }

    IpxeOutcome Kernel(IpxeStep step)
    {
        if (_kernel is null)
            return new IpxeOutcome.Unknown($"`{step}` has nothing to boot", step.Place);
        if (_kernel.EndsWith("wimboot", StringComparison.OrdinalIgnoreCase))
            return new IpxeOutcome.Unknown("wimboot needs its files under names of their own", step.Place);
        if (Location(_kernel, out var why) is not { } image)
            return new IpxeOutcome.Unknown($"`{_kernel}`: {why}", step.Place);
        var initrds = new List<string>();
        foreach (var file in _files)
        {
            if (Location(file, out why) is not { } initrd)
                return new IpxeOutcome.Unknown($"`{file}`: {why}", step.Place);
            initrds.Add(initrd);
        }

        return IpxeVariables.IsDynamic(_arguments)
            ? new IpxeOutcome.Unknown($"its arguments are known only while the script runs: `{_arguments}`", step.Place)
            : new IpxeOutcome.Kernel(image, initrds, _arguments, step.Place);
    }

    static IpxeOutcome Chain(List<string> plain, IpxeStep step)
    {
        if (plain[0].StartsWith("sanboot", StringComparison.Ordinal) || Location(plain[0], out var why) is not { } file)
            return new IpxeOutcome.Unknown($"`{step}`: the place of the file is known only while the script runs", step.Place);
        var name = file.Split('?')[0].ToLowerInvariant();
        var isProgram = Array.Exists([".efi", ".0", ".kpxe", ".kkpxe", ".pxe", ".com", ".bin", ".lkrn"], name.EndsWith);
        var arguments = Join(plain.Skip(1));
        return IpxeVariables.IsDynamic(arguments) ? new IpxeOutcome.Unknown($"`{step}`: its arguments are known only while the script runs", step.Place)
            : name.EndsWith(".lkrn", StringComparison.Ordinal) ? new IpxeOutcome.Kernel(file, [], arguments, step.Place)
            : new IpxeOutcome.Program(file, arguments, !isProgram, step.Place);
    }

    static IpxeOutcome Disk(string uri, IpxeStep step) => IpxeVariables.IsDynamic(uri) ? new IpxeOutcome.Unknown($"`{step}`: the disk is known only while the script runs", step.Place) : new IpxeOutcome.Disk(uri, step.Place);

    /// <summary>A file of the server that sent the script is a file of ours.</summary>
    static string? Location(string written, out string why)
    {
        const string Server = "{{ server.address }}";
        var file = written;
        foreach (var scheme in (string[])["http://", "tftp://"])
        {
            if (file.StartsWith(scheme + Server, StringComparison.Ordinal) && file.IndexOf('/', scheme.Length + Server.Length) is > 0 and var slash)
                file = file[(slash + 1)..];
        }

        return ImportedFiles.Location(file, out why);
    }

    /// <summary>Arguments, without the initrds' names: loaders add those.</summary>
    static string Join(IEnumerable<string> words) => string.Join(' ', words.Where(word => !word.StartsWith("initrd=", StringComparison.Ordinal)));

    /// <summary>Options stand before the rest; some of them take the next word.</summary>
    public static (List<string> Options, List<string> Plain) Options(string[] words)
    {
        var (options, plain) = (new List<string>(), new List<string>());
        for (var i = 1; i < words.Length; i++)
        {
            var takesOptions = plain.Count == 0 || words[0] is "choose";
            if (takesOptions && words[i] == "--")
            {
                plain.AddRange(words.Skip(i + 1));
                break;
            }

            if (!takesOptions || words[i][0] != '-' || words[i].Length < 2)
            {
                plain.Add(words[i]);
                continue;
            }

            options.Add(words[i].Split('=')[0]);
            if (words[i].Contains('=', StringComparison.Ordinal))
                options.Add(words[i].Split('=', 2)[1]);
            else if (words[i] is "--name" or "-n" or "--timeout" or "-t" or "--key" or "-k" or "--default" or "-d" or "--menu" or "-m" or "--drive" && !(words[0] == "item" && words[i] is "--default" or "-d") && i + 1 < words.Length)
                options.Add(words[++i]);
        }

        return (options, plain);
    }
}
