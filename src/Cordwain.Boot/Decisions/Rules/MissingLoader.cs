using Cordwain.Boot.Catalog;
using Cordwain.Boot.Machines;

namespace Cordwain.Boot.Decisions.Rules;

/// <summary>What to say, and to advise, when there is nothing to send.</summary>
static class MissingLoader
{
    public static Verdict Say(Question question, ClientArchitecture architecture)
    {
        var wanted = LoaderCatalog.WantedFor(architecture);
        if (wanted.Count == 0)
            return Verdict.Ignore(question,
                question.Say($"Cordwain knows no loader for architecture {architecture}; name one by a rule: when: {{ arch: [{architecture.Code}] }}, file: …"));

        var from = architecture.Platform == Platform.Bios || architecture is { Platform: Platform.Efi, Cpu: Cpu.X64 }
            ? "install the package ipxe (apt-get install ipxe), or put one into the files folder"
            : "put one into the files folder (boot.ipxe.org has builds)";
        return Verdict.Ignore(question, question.Say($"there is no loader for architecture {architecture}: {string.Join(", ", wanted)} would do; {from}"));
    }
}
