using Cordwain.Boot.Decisions.Names;

namespace Cordwain.Boot.Decisions.Rules;

/// <summary>U-Boot asks for a script before anything else; ours sends it to its menu.</summary>
static class UBootScript
{
    public static Verdict Apply(Question question)
    {
        var name = Reading.NameOf(question);
        return name.Kind == BootNameKind.UBootScript
            ? Reading.Serve(question, [name.Path], new ContentCandidate.UBootScript(), question.Say($"{question.Who} gets a script that fetches its menu"))
            : Verdict.Pass("the name is no U-Boot script's");
    }
}
