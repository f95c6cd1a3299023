using System.Collections.Immutable;
using System.Globalization;
using System.Text;
using Cordwain.Management.Configuration.Keys;
using Cordwain.Management.Configuration.Reading;

namespace Cordwain.Management.Configuration.Reference;

/// <summary>The list of all keys for the manual; made from the same tables that read the file.</summary>
public static class ConfigurationReference
{
    public const string Begin = "<!-- reference: begin (generated from the key tables) -->", End = "<!-- reference: end -->";

    /// <summary>Every kind of mapping, the file itself first, each before those that stand in it.</summary>
    internal static ImmutableArray<ConfigObject> Objects { get; } = Collect();

    /// <summary>Every key with its full name, such as <c>network.pool</c>.</summary>
    public static IEnumerable<string> Keys => Objects.SelectMany(@object => @object.Keys, (@object, key) => $"{@object.Name}.{key.Name}");

    public static string Markdown
    {
        get
        {
            var text = new StringBuilder();
            foreach (var @object in Objects)
                Write(text, @object);
            WriteOverrides(text);
            return text.ToString();
        }
    }

    static void Write(StringBuilder text, ConfigObject @object)
    {
        text.Append(CultureInfo.InvariantCulture, $"### {@object.Name}\n\n{@object.Doc}\n\n| key | value | default | |\n| --- | --- | --- | --- |\n");
        foreach (var key in @object.Keys)
        {
            var standard = key.Required ? "required" : key.Default is null ? "" : key.Default.Contains(' ', StringComparison.Ordinal) ? key.Default : $"`{key.Default}`";
            var inner = key.ValueKind.Objects.Select(target => $" → [{target.Name}](#{target.Name})");
            text.Append(CultureInfo.InvariantCulture, $"| `{key.Name}` | {Escape(key.ValueKind.Text)}{string.Concat(inner)} | {standard} | {Escape(key.Doc)} |\n");
        }

        if (!@object.Reserved.IsEmpty)
            text.Append(CultureInfo.InvariantCulture, $"\nReserved for later: {string.Join(", ", @object.Reserved.Select(name => $"`{name}`"))}.\n");
        text.Append('\n');
    }

    static void WriteOverrides(StringBuilder text)
    {
        text.Append("### Variables\n\nEach wins over the file; lists are separated by commas.\n\n| variable | key |\n| --- | --- |\n");
        foreach (var (name, group, key) in Overrides.Known)
            text.Append(CultureInfo.InvariantCulture, $"| `{Overrides.VariableOf(name)}` | `{(group is null ? "" : group.Name + ".")}{key.Name}` |\n");
    }

    static string Escape(string text) => text.Replace("|", "\\|", StringComparison.Ordinal);

    static ImmutableArray<ConfigObject> Collect()
    {
        var found = new List<ConfigObject>();
        Visit(RootKeys.Object);
        return [.. found];

        void Visit(ConfigObject @object)
        {
            if (found.Contains(@object))
                return;
            found.Add(@object);
            foreach (var inner in @object.Keys.SelectMany(key => key.ValueKind.Objects))
                Visit(inner);
        }
    }
}
