using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;
using Cordwain.Management.Configuration.Keys;

namespace Cordwain.Management.Configuration.Reference;

/// <summary>The JSON schema of cordwain.yaml, for editors; made from the same tables that read the file.</summary>
public static class ConfigurationSchema
{
    static readonly JsonSerializerOptions Layout = new() { WriteIndented = true, Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping, NewLine = "\n" };

    public static string Text => Make().ToJsonString(Layout) + "\n";

    static JsonObject Make()
    {
        var definitions = new JsonObject();
        foreach (var @object in ConfigurationReference.Objects.Skip(1))
            definitions[@object.Name] = Of(@object);

        var schema = Of(RootKeys.Object);
        schema.Insert(0, "$schema", "https://json-schema.org/draft/2020-12/schema");
        schema.Insert(1, "title", "Cordwain configuration");
        schema["$defs"] = definitions;
        return schema;
    }

    static JsonObject Of(ConfigObject @object)
    {
        var properties = new JsonObject();
        foreach (var key in @object.Keys)
        {
            var value = key.ValueKind.Schema;
            value["description"] = key.Doc + (key.Default is null ? "" : $" Default: {key.Default}.");
            properties[key.Name] = value;
        }

        var schema = new JsonObject { ["description"] = @object.Doc, ["type"] = new JsonArray("object", "null"), ["properties"] = properties, ["additionalProperties"] = false };
        var required = @object.Keys.Where(key => key.Required).Select(key => (JsonNode)key.Name).ToArray();
        if (required.Length > 0)
            schema["required"] = new JsonArray(required);
        return schema;
    }
}
