namespace Cordwain.Management.Import.Draft;

/// <summary>Writes a condition as <c>when</c>, where every key stands once.</summary>
static class ConditionYaml
{
    public static YamlNode.Mapping Write(ImportCondition condition)
    {
        var mapping = new YamlNode.Mapping(inline: true);
        var options = new YamlNode.Mapping(inline: true);
        var not = new List<YamlNode>();
        foreach (var part in condition is ImportCondition.AllOf all ? [.. all.Parts] : (IReadOnlyList<ImportCondition>)[condition])
            Add(part, mapping, options, not);

        if (options.Entries.Count > 0)
            mapping.Add("option", options);
        if (not.Count > 0)
            mapping.Add("not", not is [var one] ? one : new YamlNode.Sequence(not));
        return mapping;
    }

    static void Add(ImportCondition part, YamlNode.Mapping mapping, YamlNode.Mapping options, List<YamlNode> not)
    {
        switch (part)
        {
            case ImportCondition.Test { Key: "option" } test when !Has(options, test.Option!):
                options.Add(test.Option!, YamlNode.Of(test.Values[0]));
                break;
            case ImportCondition.Test test when test.Key != "option" && !Has(mapping, test.Key):
                mapping.Add(test.Key, YamlNode.Of(test.Values));
                break;
            case ImportCondition.AnyOf any when !Has(mapping, "any"):
                mapping.Add("any", new YamlNode.Sequence([.. any.Parts.Select(Write)]));
                break;
            case ImportCondition.NotThis { Part: ImportCondition.Test { Key: "ipxe" } } when !Has(mapping, "ipxe"):
                mapping.Add("ipxe", "false");
                break;
            case ImportCondition.NotThis { Part: ImportCondition.AnyOf any }:
                not.AddRange(any.Parts.Select(Write));
                break;
            case ImportCondition.NotThis inverted:
                not.Add(Write(inverted.Part));
                break;
            default:
                // A key that stands here already: "not the opposite" says it once more.
                not.Add(new YamlNode.Mapping(inline: true).Add("not", Write(part)));
                break;
        }
    }

    static bool Has(YamlNode.Mapping mapping, string key) => mapping.Entries.Exists(entry => entry.Key == key);
}
