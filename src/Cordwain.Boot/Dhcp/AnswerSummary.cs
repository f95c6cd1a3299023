using System.Globalization;
using Cordwain.Boot.Decisions;
using Cordwain.Protocols.Dhcp4;

namespace Cordwain.Boot.Dhcp;

/// <summary>One line for lists: <c>DISCOVER → OFFER 10.77.0.130, undionly.kpxe</c>.</summary>
static class AnswerSummary
{
    public static string Of(DhcpMessage message, DhcpMessage? reply, BootOutcome? outcome, string silence)
    {
        var asked = Word(message);
        if (reply is null)
            return $"{asked} → no answer: {Short(silence.Length > 0 ? silence : outcome?.Trace is [.., var last] ? last.Because : "nothing to say")}";

        var what = reply.Type == DhcpMessageType.Nak
            ? silence
            : outcome?.Decision switch
            {
                BootDecision.LoadFile file => reply.File.Length > 0 || reply.Options.Has(DhcpOptions.BootfileName.Code) ? file.File : "ask port 4011",
                BootDecision.AttachDisk disk => disk.RootPath,
                _ => "",
            };
        var address = reply.Yiaddr.IsAny ? "" : reply.Yiaddr.ToString();
        return $"{asked} → {Word(reply)} {address}{(address.Length > 0 && what.Length > 0 ? ", " : "")}{what}".TrimEnd();
    }

    /// <summary>The sentence without its advice: the trace has the whole.</summary>
    static string Short(string because) => because.IndexOfAny([';', '(']) is var end and > 0 ? because[..end].TrimEnd() : because;

    static string Word(DhcpMessage message) => message.Type switch
    {
        DhcpMessageType.None => message.Op == DhcpMessage.BootRequest ? "BOOTP request" : "BOOTP reply",
        >= DhcpMessageType.Discover and <= DhcpMessageType.Inform => DhcpText.NameOf(message.Type),
        var type => string.Create(CultureInfo.InvariantCulture, $"message of type {(byte)type}"),
    };
}
