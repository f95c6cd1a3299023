using System.Collections.Immutable;
using Cordwain.Protocols.Dhcp4;

namespace Cordwain.Boot.Decisions.Rules;

/// <summary>The decision to name a file, completed with what rules added and with the style that suits the firmware.</summary>
static class LoadedFile
{
    // Quirk CWQ-12 (iPXE): waits two seconds for a proxy's offer; sub-option 0xb0, no-pxedhcp, says that none comes (src/include/ipxe/dhcp.h).
    static readonly DhcpOptionValue NoProxyFollows = new(175, 0xb0, new byte[] { 1 });

    public static Verdict Of(Question question, string file, string because, ImmutableArray<DhcpOptionValue> own = default)
    {
        var (style, reason) = AnswerStyles.Choose(question);
        var decision = new BootDecision.LoadFile(question.Additions.NextServer ?? question.BootServer, file, style)
        {
            ServerName = question.Additions.ServerName,
            Options = Options(question, own.IsDefault ? [] : own),
        };
        var where = decision.IsUrl ? "" : question.Say($" from {decision.NextServer}");
        return new(decision, question.Say($"{because}: {file}{where}; {reason}"));
    }

    /// <summary>A rule's options win over those that belong to the loader.</summary>
    public static ImmutableArray<DhcpOptionValue> Options(Question question, ImmutableArray<DhcpOptionValue> own) =>
        OptionLayers.Over(question.Request is { IsIpxe: true, Channel: BootChannel.Dhcp } ? own.Add(NoProxyFollows) : own, question.Additions.Options);
}
