using System.Collections.Immutable;
using Cordwain.Boot.Catalog;
using Cordwain.Management.Configuration.Keys;
using Cordwain.Management.Configuration.Syntax;

namespace Cordwain.Management.Configuration.Reading;

/// <summary>Reads <c>rules</c> and <c>classes</c>.</summary>
static class RuleReading
{
    static readonly ConfigKey[] Deciding = [RuleKeys.File, RuleKeys.Entry, RuleKeys.Ignore];

    public static ImmutableArray<BootRule> ReadAll(ObjectReader root, ReadScope scope)
    {
        var rules = ImmutableArray.CreateBuilder<BootRule>();
        var written = root.Or(RootKeys.Rules, []);
        string? decidesAlways = null;
        for (var i = 0; i < written.Length; i++)
        {
            var path = $"{root.PathOf(RootKeys.Rules)}[{i}]";
            if (ObjectReader.Open(written[i].Value, RuleKeys.Object, path, scope) is not { } reader)
                continue;
            var rule = new BootRule(path, ConditionReading.Read(reader, RuleKeys.When, scope), Action(reader, scope));
            rules.Add(rule);

            var decides = rule.Then.File is not null || rule.Then.Entry is not null || rule.Then.Ignore;
            if (decidesAlways is not null)
                scope.Problems.Warning("CW4054", reader.Place, $"{path} is never reached: {decidesAlways} matches everybody and decides.", "Move the rule that matches everybody to the end.");
            else if (decides && (!reader.Has(RuleKeys.When) || reader.NodeOf(RuleKeys.When) is ConfigNode.Mapping) && ConditionReading.IsAlways(rule.When) && !HasMistake(reader, scope))
                decidesAlways = path;
        }

        return rules.ToImmutable();
    }

    public static ImmutableArray<ClientClass> ReadClasses(ObjectReader root, ReadScope scope)
    {
        var classes = ImmutableArray.CreateBuilder<ClientClass>();
        var written = root.Or(RootKeys.Classes, []);
        for (var i = 0; i < written.Length; i++)
        {
            var path = $"{root.PathOf(RootKeys.Classes)}[{i}]";
            if (ObjectReader.Open(written[i].Value, RuleKeys.Class, path, scope) is not { } reader)
                continue;

            var name = reader.Or(RuleKeys.ClassName, path);
            if (reader.Has(RuleKeys.ClassName) && OwnNames.Thing(name) is { } complaint)
                scope.Problems.Error(complaint.Code, reader.PlaceOf(RuleKeys.ClassName), $"{reader.PathOf(RuleKeys.ClassName)}: `{name}` {complaint.What}", complaint.Fix);
            if (classes.Any(other => other.Name == name))
                scope.Problems.Error("CW4042", reader.PlaceOf(RuleKeys.ClassName), $"{path}: another class is called `{name}` already.", "Give each class a name of its own.");
            if (!reader.Has(RuleKeys.Options))
                scope.Problems.Warning("CW4053", reader.Place, $"{path} has no options, so it does nothing.", "Add `options:`, or remove the class.");
            classes.Add(new(name, ConditionReading.Read(reader, RuleKeys.When, scope), [.. reader.Or(RuleKeys.Options, []).Select(option => option.Value)]));
        }

        return classes.ToImmutable();
    }

    static BootRuleAction Action(ObjectReader reader, ReadScope scope)
    {
        var action = new BootRuleAction
        {
            File = reader.OrNull(RuleKeys.File),
            Entry = reader.OrNull(RuleKeys.Entry),
            Ignore = reader.Or(RuleKeys.Ignore, false),
            NextServer = reader.OrNone(RuleKeys.NextServer),
            ServerName = reader.OrNull(RuleKeys.ServerName),
            Style = reader.OrNone(RuleKeys.Style),
            Options = [.. reader.Or(RuleKeys.Options, []).Select(option => option.Value)],
        };

        var says = Deciding.Where(key => reader.Has(key) && (key != RuleKeys.Ignore || action.Ignore)).Select(key => $"`{key.Name}`").ToArray();
        if (says.Length > 1)
            scope.Problems.Error("CW4053", reader.Place, $"{reader.Path} says several things at once: {string.Join(" and ", says)}.", "Keep one of them.");
        if (says.Length == 0 && !reader.Has(RuleKeys.NextServer) && !reader.Has(RuleKeys.ServerName) && !reader.Has(RuleKeys.Style) && !reader.Has(RuleKeys.Options))
            scope.Problems.Error("CW4053", reader.Place, $"{reader.Path} does nothing.", "Add `file`, `entry` or `ignore: true`, or something that adds to another rule.");
        if (action.Ignore && new ConfigKey[] { RuleKeys.NextServer, RuleKeys.ServerName, RuleKeys.Style }.FirstOrDefault(reader.Has) is { } useless)
            scope.Problems.Warning("CW4027", reader.KeyPlaceOf(useless), $"{reader.PathOf(useless)} has no effect beside `ignore`.", "Remove it.");

        if (action.Entry is { } entry)
            scope.ImageNames.Add((new(entry, reader.PlaceOf(RuleKeys.Entry)), reader.PathOf(RuleKeys.Entry)));
        if (action.File is { } file)
            CheckFile(file, reader, scope);
        return action;
    }

    static void CheckFile(string file, ObjectReader reader, ReadScope scope)
    {
        var (path, place) = (reader.PathOf(RuleKeys.File), reader.PlaceOf(RuleKeys.File));
        scope.CheckTemplate(file, path, place);
        if (file.Length == 0 || file.AsSpan().IndexOfAny(' ', '\t') >= 0 && !file.Contains("{{", StringComparison.Ordinal))
            scope.Problems.Error("CW4017", place, $"{path}: `{file}` is no file that firmware could ask for.", "Write a TFTP name or a URL, without spaces.");

        // RFC 2131 §2: the file field has 128 octets, the last a NUL. UEFI reads option 67 as well, shim and U-Boot do not.
        else if (file.Length > 127 && !file.Contains("{{", StringComparison.Ordinal))
            scope.Problems.Warning("CW4011", place, $"{path}: the name has {file.Length} characters; the field in DHCP has room for 127, and some firmware reads no other.", "Shorten it.");
    }

    static bool HasMistake(ObjectReader reader, ReadScope scope) => scope.Problems.HasErrorAtOrAfter(reader.Place);
}
