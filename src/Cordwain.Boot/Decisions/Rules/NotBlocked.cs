namespace Cordwain.Boot.Decisions.Rules;

static class NotBlocked
{
    public static Verdict Apply(Question question) =>
        question.Machine is { Blocked: true }
            ? Verdict.Ignore(question, question.Say($"{question.Who} is blocked by the operator; take 'blocked' off the machine to let it boot"))
            : Verdict.Pass(question.Say($"{question.Who} may boot"));
}
