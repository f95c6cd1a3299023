using Cordwain.Boot.Decisions.Names;

namespace Cordwain.Boot.Decisions.Rules;

/// <summary>iPXE is already running, so another loader would only start the loop again.</summary>
static class ScriptForIpxe
{
    public static Verdict Apply(Question question) =>
        question.Request.IsIpxe
            ? LoadedFile.Of(question, ScriptAddress.Script(question, "boot.ipxe"), "iPXE is running, so it gets its script and not the loader again")
            : Verdict.Pass("iPXE is not running yet");
}
