namespace Cordwain.Boot.Decisions.Rules;

/// <summary>An assigned machine sees no menu, whatever its loader.</summary>
static class AssignmentInReads
{
    public static Verdict Apply(Question question)
    {
        if (question.Additions.Settled)
            return Verdict.Pass(question.Additions.Chosen is { } chosen ? question.Say($"a rule has chosen {chosen.Name}") : "a rule of the operator comes before it");

        var (image, because) = Assignment.Of(question);
        return image is null ? Verdict.Pass(because) : Verdict.Pass(because) with { Adds = RuleAdditions.None with { Chosen = image, Settled = true } };
    }
}
