using Cordwain.Boot.Catalog;
using Cordwain.Boot.Decisions.Names;
using Cordwain.Boot.Templates;

namespace Cordwain.Boot.Decisions.Rules;

/// <summary>"This machine boots this entry": iPXE gets its script, or the disk itself; other firmware needs a loader first.</summary>
static class AssignmentInDhcp
{
    public static Verdict Apply(Question question)
    {
        var (image, because) = Assignment.Of(question);
        if (image is null || question.Additions.Settled)
            return Verdict.Pass(because);
        if (!question.Request.IsIpxe)
            return Verdict.Pass(question.Say($"{because}; its loader comes first"));

        // Quirk CWQ-11: a proxy's offer without a file is not taken by iPXE (src/net/udp/dhcp.c, dhcp_has_pxeopts): there the script attaches the disk.
        if (question.Request.Channel == BootChannel.Dhcp
            && Assignment.VariantOf(image, question.Request)?.Method is BootMethod.SanDisk disk
            && TemplateText.TryRender(disk.Uri, TemplateScope.For(question.Request, question.Catalog, question.Machine), out var uri, out _))
            return new(new BootDecision.AttachDisk(uri, disk.InitiatorName, LoadedFile.Options(question, [])),
                question.Say($"{because}: iPXE attaches {uri} by itself, no script is needed"));

        return LoadedFile.Of(question, ScriptAddress.Script(question, "boot.ipxe"), because);
    }
}
