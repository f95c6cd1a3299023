using System.Globalization;
using Cordwain.Management.Check.Scripts;
using Cordwain.Management.Import.Menus;

namespace Cordwain.Management.Scripts;

/// <summary>Goes through an iPXE script as a machine does that nobody touches: defaults are taken, times are not waited for.</summary>
/// <remarks>
/// A failed command ends its line, and the script, unless <c>||</c> says what to do then (ipxe src/core/exec.c, src/image/script.c).
/// The caller fetches what <see cref="Next"/> names, and says so with <see cref="Failed"/> when that does not work.
/// </remarks>
public sealed class IpxeWalk
{
    const int MostSteps = 2000;

    readonly IpxeProgram _program;
    readonly IpxeSettings _settings;
    readonly string? _choice;
    readonly List<(string Label, bool IsDefault)> _items = [];
    readonly List<string> _images = [];
    int _at, _steps;
    bool _failed;

    /// <param name="choice">The entry that is chosen in the first menu that has it, or whose label the script has; null: the default.</param>
    public IpxeWalk(string text, IpxeSettings settings, string? choice = null)
    {
        _program = IpxeProgram.Read(text.TrimStart('\uFEFF'), "");
        (_settings, _choice) = (settings, choice);
    }

    /// <summary>The text is a script for iPXE.</summary>
    public static bool IsScript(string text) => text.StartsWith("#!ipxe", StringComparison.Ordinal);

    /// <summary>The fetch or chain of the last move did not work.</summary>
    public void Failed() => _failed = true;

    public IpxeMove Next()
    {
        while (_at < _program.Steps.Count)
        {
            if (++_steps > MostSteps)
                return new IpxeMove.End(IpxeEnd.Fails, "it goes round in circles");
            if (_failed && !TakeAlternative(out var end))
                return end!;
            if (_at >= _program.Steps.Count)
                break;
            var step = _program.Steps[_at];
            if (step.Link == "||" && !_failed)
            {
                _at++;
                continue;
            }

            _failed = false;
            _at++;
            // Words are cut before they are expanded: a value with blanks, or none, is one word.
            string[] words = [.. step.Words.Select(_settings.Expand)];
            if (words[0].Length > 0 && Run(words[0], IpxeWords.Read(words)) is { } move)
                return move;
        }

        return _failed && !_program.Steps[^1].MayFail ? Fails(_program.Steps[^1]) : new IpxeMove.End(IpxeEnd.Leaves, "");
    }

    /// <summary>After a failure: the command after the next <c>||</c> of the line, or the next line where the failure was allowed.</summary>
    bool TakeAlternative(out IpxeMove.End? end)
    {
        end = null;
        var failed = _program.Steps[_at - 1];
        while (_at < _program.Steps.Count && _program.Steps[_at].Link == "&&")
            failed = _program.Steps[_at++];
        if (_at < _program.Steps.Count && _program.Steps[_at].Link == "||")
            return true;
        if (failed.MayFail)
        {
            _failed = false;
            return true;
        }

        end = Fails(failed);
        return false;
    }

    static IpxeMove.End Fails(IpxeStep step) =>
        new(IpxeEnd.Fails, string.Create(CultureInfo.InvariantCulture, $"line {step.Place.Line}: {step}"));

    IpxeMove? Run(string command, IpxeWords words)
    {
        var plain = words.Plain;
        switch (command)
        {
            case "set" when plain.Length > 0:
                _settings[plain[0]] = string.Join(' ', plain[1..]);
                return null;
            case "clear" when plain.Length > 0:
                _settings[plain[0]] = null;
                return null;
            case "isset":
                _failed = plain.Length != 1 || plain[0].Length == 0;
                return null;
            case "iseq":
                _failed = plain.Length != 2 || plain[0] != plain[1];
                return null;
            case "goto":
                return Goto(plain);
            case "menu":
                _items.Clear();
                return null;
            case "item" when !words.Has("gap") && plain.Length > 0:
                _items.Add((plain[0], words.Has("default")));
                return null;
            case "choose":
                return Choose(words);
            case "prompt" when words.HasTime:
                _failed = true;   // nobody pressed the key
                return null;
            default:
                return Load(command, words);
        }
    }

    IpxeMove? Load(string command, IpxeWords words)
    {
        var plain = words.Plain;
        switch (command)
        {
            case "kernel" or "initrd" or "module" or "imgfetch" or "imgselect" or "imgload" when plain.Length > 0:
                var isKernel = command is "kernel" or "imgselect" or "imgload" || (command == "imgfetch" && _images.Count == 0);
                _images.Add(words["name"] ?? LastPart(plain[0]));
                return new IpxeMove.Fetch(isKernel, plain[0]);
            case "imgfree":
                _images.Clear();
                return null;
            case "boot" or "imgexec" or "chain":
                return plain.Length > 0 && !_images.Contains(plain[0]) ? new IpxeMove.Chain(plain[0])
                    : _images.Count > 0 ? new IpxeMove.End(IpxeEnd.Boots, plain.Length > 0 ? plain[0] : _images[0])
                    : Fail();
            case "sanboot":
                return plain.Length > 0 ? new IpxeMove.End(IpxeEnd.SanDisk, plain[0]) : new IpxeMove.End(IpxeEnd.LocalDisk, "");
            case "exit":
                // Status 0 and others alike: the caller decides what comes next.
                return new IpxeMove.End(IpxeEnd.Leaves, "");
            case "shell" or "login" or "read" or "prompt" or "config" or "form" or "present":
                return new IpxeMove.End(IpxeEnd.WaitsForPerson, command);
            case "reboot":
                return new IpxeMove.End(IpxeEnd.Reboots, "");
            case "poweroff":
                return new IpxeMove.End(IpxeEnd.PowersOff, "");
            default:
                return IpxeCommand.All.ContainsKey(command) ? null : Fail();
        }
    }

    IpxeMove? Fail()
    {
        _failed = true;
        return null;
    }

    IpxeMove? Goto(string[] plain)
    {
        if (plain.Length == 0 || !_program.Labels.TryGetValue(plain[0], out var target))
            return Fail();
        _at = target;
        return null;
    }

    IpxeMove? Choose(IpxeWords words)
    {
        if (words.Plain.Length == 0 || _items.Count == 0)
            return Fail();
        if (Chosen(words) is not { } label)
            return new IpxeMove.End(IpxeEnd.WaitsForPerson, "a menu without a default and a time limit");
        _settings[words.Plain[^1]] = label;
        return null;
    }

    string? Chosen(IpxeWords words)
    {
        if (_choice is { } wanted)
        {
            string[] names = [wanted, "entry-" + wanted, "menu-" + wanted];
            if (Array.Find(names, name => _items.Exists(item => item.Label == name)) is { } item)
                return item;
            if (Array.Find(names, _program.Labels.ContainsKey) is { } label)
                return label;   // in a sub-menu: a person would find it
        }

        var given = words["default"];
        return _items.Exists(item => item.Label == given) ? given
            : _items.Find(item => item.IsDefault).Label ?? (words.HasTime ? _items[0].Label : null);
    }

    static string LastPart(string location) => location[(location.LastIndexOf('/') + 1)..];
}
