using Cordwain.Boot.Catalog;
using Cordwain.Boot.Decisions.Names;

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
            return Verdict.Pass($"{because}; its loader comes first");

        // A proxy's offer without a file is not taken by iPXE (src/net/udp/dhcp.c, dhcp_has_pxeopts): there the script attaches the disk.
        if (question.Request.Channel == BootChannel.Dhcp
            && Assignment.VariantOf(image, question.Request)?.Method is BootMethod.SanDisk disk && !disk.Uri.Contains("{{", StringComparison.Ordinal))
            return new(new BootDecision.AttachDisk(disk.Uri, disk.InitiatorName, LoadedFile.Options(question, [])),
                $"{because}: iPXE attaches {disk.Uri} by itself, no script is needed");

        return LoadedFile.Of(question, ScriptAddress.Script(question, "boot.ipxe"), because);
    }
}
