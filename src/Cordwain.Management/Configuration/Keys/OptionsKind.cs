using System.Collections.Immutable;
using System.Globalization;
using System.Text.Json.Nodes;
using Cordwain.Management.Configuration.Reading;
using Cordwain.Management.Configuration.Syntax;
using Cordwain.Protocols.Dhcp4;

namespace Cordwain.Management.Configuration.Keys;

/// <summary>DHCP options by IANA name or number; a sub-option after a dot.</summary>
sealed class OptionsKind() : ValueKind<ImmutableArray<Placed<DhcpOptionValue>>>("a mapping from options to values")
{
    // What the server itself must say right, and the key that sets it where there is one.
    static readonly Dictionary<byte, string> OwnOptions = new()
    {
        [50] = "it is the client's",
        [51] = "set `lease` instead",
        [52] = "it is set where an answer needs it",
        [53] = "it is the type of the message",
        [54] = "it is our address",
        [55] = "it is the client's",
        [57] = "it is the client's",
        [58] = "set `renew` instead",
        [59] = "set `rebind` instead",
        [61] = "it is the client's",
        [82] = "it is the relay's",
    };

    public override JsonObject Schema => new()
    {
        ["type"] = "object",
        ["additionalProperties"] = new JsonObject { ["type"] = new JsonArray("string", "number", "boolean", "array") },
    };

    public static ConfigKey<ImmutableArray<Placed<DhcpOptionValue>>> Key(string doc) =>
        new("options", new OptionsKind(), doc + " By IANA name or number; sub-options with a dot (`175.176`); bytes as `hex:…`.") { Aka = ["option", "dhcp-options", "dhcp-option"] };

    public override bool TryRead(ConfigNode node, string path, ReadScope scope, out ImmutableArray<Placed<DhcpOptionValue>> value)
    {
        value = [];
        if (!MappingOf.TryRead(node, path, Text, scope, out var entries))
            return false;

        var options = ImmutableArray.CreateBuilder<Placed<DhcpOptionValue>>();
        foreach (var entry in entries)
        {
            if (ReadOne(entry, ObjectReader.PathOf(path, entry.Key), scope) is not { } option)
                continue;
            if (options.Any(other => other.Value.Code == option.Code && other.Value.SubCode == option.SubCode))
                scope.Problems.Error("CW4033", entry.KeyPlace, $"{path}: `{entry.Key}` is an option that stands here already under another name.", "Remove one of the two.");
            else
                options.Add(new(option, entry.KeyPlace));
        }

        value = options.ToImmutable();
        return value.Length == entries.Length;
    }

    static DhcpOptionValue? ReadOne(ConfigEntry entry, string path, ReadScope scope)
    {
        var values = new List<string>();
        foreach (var item in entry.Value is ConfigNode.Sequence list ? list.Items : [entry.Value])
        {
            if (!scope.TryText(item, path, "the option's value", out var text))
                return null;
            values.Add(text);
        }

        var name = entry.Key.Split('.')[0];
        if (scope.Inputs.Options.Find(name) is not { } code)
        {
            scope.Problems.Error("CW4030", entry.KeyPlace, $"{path}: `{name}` is no DHCP option.",
                SuggestOption(name, scope));
            return null;
        }

        if (OwnOptions.TryGetValue(code, out var why))
        {
            scope.Problems.Error("CW4032", entry.KeyPlace, string.Create(CultureInfo.InvariantCulture, $"{path}: option {code} cannot be set: {why}."), "Remove it here.");
            return null;
        }

        if (scope.Inputs.Options.Encode(entry.Key, values, out var option, out var error))
            return option;
        scope.Problems.Error("CW4031", entry.Value.Place, $"{path}: {WithoutKey(error, entry.Key)}.", $"Look up what option {code} holds, or give its bytes as `hex:…`.");
        return null;
    }

    public static string SuggestOption(string name, ReadScope scope) =>
        scope.Inputs.Options.Suggest(name) is [var nearest, ..] ? $"Did you mean `{nearest}`?" : "Write its name in the IANA registry, or its number from 1 to 254.";

    static string WithoutKey(string error, string key) =>
        (error.StartsWith(key + ": ", StringComparison.Ordinal) ? error[(key.Length + 2)..] : error).TrimEnd('.');
}
