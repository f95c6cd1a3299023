using System.Globalization;
using System.Text;
using System.Text.RegularExpressions;
using Cordwain.Boot.Templates;
using Cordwain.Management.Configuration;
using Cordwain.Protocols.Dhcp4;

namespace Cordwain.Management.Import.Draft;

/// <summary>Takes out what the configuration would refuse, such as a file name with blanks in it: each with its place and the reason.</summary>
sealed partial class DraftPruning(ImportDraft draft, ImportReport report)
{
    // Each round takes out at least one thing; what depends on it falls in the next.
    const int MostRounds = 100;

    static readonly ConfigurationInputs Inputs = new() { FolderExists = _ => true, CheckTemplate = text => TemplateText.Check(text)?.ToString() };

    /// <returns>The YAML, without errors; empty when nothing holds.</returns>
    public string Write()
    {
        for (var round = 0; round < MostRounds && !draft.IsEmpty; round++)
        {
            var yaml = DraftYaml.Write(draft);
            var errors = ConfigurationLoader.Read(Encoding.UTF8.GetBytes(yaml), "cordwain.yaml", Inputs).Problems.Where(problem => problem.Severity == Severity.Error).ToList();
            if (errors.Count == 0)
                return yaml;
            if (!TakeOut(errors))
                break;
        }

        return "";
    }

    bool TakeOut(List<Problem> errors)
    {
        var any = false;
        var (rules, classes) = (draft.Rules.ToArray(), draft.Classes.ToArray());
        foreach (var error in errors)
        {
            var at = ListPath().Match(error.Message) is { Success: true } match ? int.Parse(match.Groups[2].ValueSpan, CultureInfo.InvariantCulture) : -1;
            any |= error.Message.StartsWith("rules[", StringComparison.Ordinal) ? Remove(draft.Rules, rules[at], rules[at].Place, error)
                : error.Message.StartsWith("classes[", StringComparison.Ordinal) ? Remove(draft.Classes, classes[at], classes[at].Place, error)
                : error.Message.StartsWith("menu", StringComparison.Ordinal) ? FromMenu(error)
                : Named(error);
        }

        return any;
    }

    bool Remove<T>(List<T> list, T item, ImportPlace place, Problem error)
    {
        if (!list.Remove(item))
            return false;
        report.LeftOut("CW6014", place, $"What came of it would be refused: {error.Message}", error.Fix ?? "Write it by hand.");
        return true;
    }

    bool Named(Problem error)
    {
        if (draft.Images.Find(image => Is(error, "images", image.Name)) is { } image)
            return Remove(draft.Images, image, image.Place, error);
        if (draft.Machines.Find(machine => Is(error, "machines", machine.Name)) is { } machine)
            return Remove(draft.Machines, machine, machine.Place, error);
        if (draft.Networks.Find(network => Is(error, "networks", network.Name)) is { } network)
        {
            var path = $"networks.{network.Name}";
            if (network.Reservations.Find(reservation => Is(error, path + ".reservations", reservation.Name)) is { } reservation)
                return Remove(network.Reservations, reservation, reservation.Place, error);
            if (network.Options.Find(option => Is(error, path + ".options", OptionText.KeyOf(option.Code, option.SubCode))) is { Code: not 0 } option)
                return Remove(network.Options, option, network.Place, error);
            foreach (var (key, code) in ((string, byte)[])[("router", 3), ("dns", 6), ("domain", 15)])
            {
                if (Is(error, path, key) && network.Options.Find(other => other.Code == code) is { Code: not 0 } plain)
                    return Remove(network.Options, plain, network.Place, error);
            }

            return Remove(draft.Networks, network, network.Place, error);
        }

        return Setting(error);
    }

    static bool Is(Problem error, string path, string name) =>
        error.Message.StartsWith($"{path}.{name}", StringComparison.Ordinal) && error.Message.AsSpan(path.Length + name.Length + 1) is { Length: > 0 } rest && rest[0] is '.' or ':' or '[' or ' ';

    bool Setting(Problem error)
    {
        if (error.Message.StartsWith("files", StringComparison.Ordinal) && draft.FilesFolder is not null)
        {
            draft.FilesFolder = null;
            report.LeftOut("CW6014", default, $"What came of it would be refused: {error.Message}", error.Fix ?? "Write it by hand.");
            return true;
        }

        if (draft.Settings.Keys.FirstOrDefault(section => error.Message.StartsWith(section + ".", StringComparison.Ordinal)) is not { } name)
            return false;
        report.LeftOut("CW6014", default, $"What came of it would be refused: {error.Message}", error.Fix ?? "Write it by hand.");
        return draft.Settings.Remove(name);
    }

    bool FromMenu(Problem error)
    {
        var menu = draft.Menu;
        if (menu is null)
            return false;
        var list = menu.Items;
        DraftItem? item = null;
        foreach (Match step in ListPath().Matches(error.Message.Split(": ")[0]))
        {
            var at = int.Parse(step.Groups[2].ValueSpan, CultureInfo.InvariantCulture);
            list = item?.Menu?.Items ?? list;
            item = at < list.Count ? list[at] : item;
        }

        report.LeftOut("CW6014", default, $"What came of it would be refused: {error.Message}", error.Fix ?? "Write it by hand.");
        if (item is not null)
            return list.Remove(item);

        // Something of the menu itself: title, background, colors. Without them it is plain, but it is there.
        if (menu is { Title: null, Background: null, Colors.Count: 0, Default: null })
        {
            draft.Menu = null;
            return true;
        }

        (menu.Title, menu.Background, menu.Default) = (null, null, null);
        menu.Colors.Clear();
        return true;
    }

    [GeneratedRegex(@"(\w+)\[([0-9]{1,6})\]", RegexOptions.NonBacktracking)]
    private static partial Regex ListPath();
}
