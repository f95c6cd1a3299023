using System.Globalization;
using System.Text;

namespace Cordwain.Boot.Decisions.Rules;

/// <summary>Fills <c>{{ machine.mac }}</c> and its like into a rule's file name.</summary>
static class RuleText
{
    public static string Expand(string text, Question question)
    {
        if (!text.Contains("{{", StringComparison.Ordinal))
            return text;

        var expanded = new StringBuilder(text.Length);
        var rest = text.AsSpan();
        while (rest.IndexOf("{{") is var start and >= 0 && rest[start..].IndexOf("}}") is var length and >= 0)
        {
            expanded.Append(rest[..start]).Append(ValueOf(rest.Slice(start + 2, length - 2).Trim().ToString(), question));
            rest = rest[(start + length + 2)..];
        }

        return expanded.Append(rest).ToString();
    }

    static string ValueOf(string name, Question question)
    {
        var (request, machine) = (question.Request, question.Machine);
        return name switch
        {
            "server" or "server.address" => question.BootServer.ToString(),
            "server.port" or "http.port" => question.Catalog.HttpPort.ToString(CultureInfo.InvariantCulture),
            "server.url" => Names.ScriptAddress.Url(question, "").TrimEnd('/'),
            "machine.mac" => request.Machine.Mac?.ToDashed() ?? "",
            "machine.uuid" => request.Machine.Uuid?.ToString() ?? "",
            "machine.serial" => request.Machine.Serial ?? "",
            "machine.name" => machine?.Name ?? "",
            "machine.arch" => request.Architecture is { } arch ? arch.Name : "",
            "machine.network" or "network" => request.Network ?? "",
            _ => machine?.Vars.GetValueOrDefault(name.StartsWith("machine.vars.", StringComparison.Ordinal) ? name["machine.vars.".Length..]
                : name.StartsWith("machine.", StringComparison.Ordinal) ? name["machine.".Length..] : name) ?? "",
        };
    }
}
