namespace Cordwain.Boot.Decisions.Rules;

/// <summary>Where we give the addresses, operating systems ask too: the built-in choice is not for them.</summary>
static class WantsToBoot
{
    public static Verdict Apply(Question question) =>
        question.Request.IsBootClient
            ? Verdict.Pass("no rule of the operator decides: the built-in choice follows")
            : Verdict.Ignore(question, "it does not ask to boot: it gets its address and options, and no boot file. A rule with a matching 'when' can name one");
}
