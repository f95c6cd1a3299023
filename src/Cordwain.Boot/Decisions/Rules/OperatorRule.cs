using Cordwain.Boot.Catalog;
using Cordwain.Boot.Decisions.Names;
using Cordwain.Boot.Templates;

namespace Cordwain.Boot.Decisions.Rules;

/// <summary>One rule of the configuration: what dhcpd.conf says with if/else and dnsmasq with tags.</summary>
static class OperatorRule
{
    public static Verdict Apply(BootRule rule, Question question)
    {
        if (!BootConditions.Holds(rule.When, question.Request, question.WantsWords, out var why))
            return Verdict.Pass(question.Say($"does not apply: {why}"));
        return question.IsRead ? InRead(rule.Then, question, why) : InDhcp(rule, question, why);
    }

    static Verdict InDhcp(BootRule rule, Question question, string why)
    {
        var action = rule.Then;
        if (action.Ignore)
            return Verdict.Ignore(question, question.Say($"the rule says to ignore it, because {why}; change the rule to let it boot"));

        var adds = RuleAdditions.Of(action);
        var together = question with { Additions = adds.Then(question.Additions) };
        if (action.File is { Length: > 0 } text)
            return TemplateText.TryRender(text, TemplateScope.For(question.Request, question.Catalog, question.Machine), out var file, out var error, rule.Name)
                ? LoadedFile.Of(together, file, question.Say($"the rule names the file, because {why}"), PxelinuxOptions.ForAny(file, together))
                : Verdict.Pass(question.Say($"applies, but its file name cannot be written: {error.Message} Passed over"));
        if (action.Entry is not { } entry || !question.Request.IsBootClient)
            return Verdict.Pass(question.Say($"applies, because {why}: {Said(action)}")) with { Adds = adds };

        return Choices.Find(question.Catalog, entry) is null
            ? Verdict.Pass(question.Say($"applies, but there is no image '{entry}' ('cordwain check' lists such mistakes): passed over")) with { Adds = adds }
            : question.Request.IsIpxe
                ? LoadedFile.Of(together, ScriptAddress.Script(question, $"{ScriptAddress.EntryFolder}{entry}.ipxe"), question.Say($"the rule chooses {entry}, because {why}"))
                : Verdict.Pass(question.Say($"the rule chooses {entry}, because {why}; its loader comes first")) with { Adds = adds with { Settled = true } };
    }

    /// <summary>In a read only the choice of an entry counts; a rule that names a file has settled the matter in DHCP already.</summary>
    static Verdict InRead(BootRuleAction action, Question question, string why)
    {
        if (question.Additions.Settled)
            return Verdict.Pass("applies, but an earlier rule has decided");
        if (action.Entry is not { } entry)
            return action.File is null && !action.Ignore
                ? Verdict.Pass("applies, but has nothing to say about files")
                : Verdict.Pass(question.Say($"applies to DHCP, because {why}: it chooses no entry")) with { Adds = RuleAdditions.None with { Settled = true } };

        return Choices.Find(question.Catalog, entry) is { } image
            ? Verdict.Pass(question.Say($"the rule chooses {entry}, because {why}")) with { Adds = RuleAdditions.None with { Chosen = image, Settled = true } }
            : Verdict.Pass(question.Say($"applies, but there is no image '{entry}' ('cordwain check' lists such mistakes): passed over"));
    }

    static string Said(BootRuleAction action)
    {
        var parts = new List<string>();
        if (action.NextServer is { } server)
            parts.Add($"next server {server}");
        if (action.ServerName is { } name)
            parts.Add($"server name {name}");
        if (action.Style is { } style)
            parts.Add($"style {style}");
        if (!action.Options.IsEmpty)
            parts.Add($"options {string.Join(", ", action.Options.Select(option => option.SubCode is { } sub ? $"{option.Code}.{sub}" : $"{option.Code}"))}");
        return parts.Count == 0 ? "it adds nothing" : $"it adds {string.Join(", ", parts)}";
    }
}
