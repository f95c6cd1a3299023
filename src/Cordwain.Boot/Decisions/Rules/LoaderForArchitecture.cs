using Cordwain.Boot.Decisions.Names;
using Cordwain.Boot.Machines;

namespace Cordwain.Boot.Decisions.Rules;

/// <summary>A boot ROM gets the loader that runs on it. Always decides.</summary>
static class LoaderForArchitecture
{
    static readonly ClientArchitecture Bios = new(0);

    public static Verdict Apply(Question question)
    {
        // ROMs older than RFC 4578 say nothing; all of them are x86 BIOS.
        var architecture = question.Request.Architecture ?? Bios;
        if (question.Catalog.Loaders.For(architecture) is not { } loader)
            return MissingLoader.Say(question, architecture);

        var says = question.Request.Architecture is null ? "it names no architecture, as old BIOS ROMs do" : question.Say($"its architecture is {architecture}");
        return question.Catalog.TftpEnabled || question.Additions.NextServer is not null
            ? LoadedFile.Of(question, loader, question.Say($"{says}, so it gets the loader for that"), PxelinuxOptions.ForOurs(loader, question))
            : LoadedFile.Of(question, ScriptAddress.Url(question, loader),
                question.Say($"{says}; TFTP is turned off, so its loader comes by HTTP, which few boot ROMs can: turn tftp on if it stops here"), PxelinuxOptions.ForOurs(loader, question));
    }
}
