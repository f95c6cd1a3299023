using System.Globalization;
using System.Text;
using Cordwain.Protocols.Wire;

namespace Cordwain.Protocols.Dhcp4;

/// <summary>Prints messages for people. The same message gives the same text, everywhere and for ever: golden files depend on it.</summary>
public static class DhcpText
{
    /// <returns>Several lines that end with a line feed: the fields in wire order, then the options by code, sub-options below theirs.</returns>
    public static string Describe(DhcpMessage message)
    {
        ArgumentNullException.ThrowIfNull(message);
        var text = new StringBuilder(1024);
        var flags = message.IsBroadcast ? " (broadcast)" : "";
        text.Append(CultureInfo.InvariantCulture, $"{NameOf(message.Type)} xid {message.Xid:x8}\n");
        text.Append(CultureInfo.InvariantCulture, $"  op {message.Op}{OpName(message.Op)}, htype {message.Htype}, hlen {message.Hlen}, hops {message.Hops}, secs {message.Secs}, flags {message.Flags:x4}{flags}\n");
        text.Append(CultureInfo.InvariantCulture, $"  ciaddr {message.Ciaddr}, yiaddr {message.Yiaddr}, siaddr {message.Siaddr}, giaddr {message.Giaddr}\n");
        text.Append(CultureInfo.InvariantCulture, $"  chaddr {message.Mac?.ToString() ?? OptionKinds.Hex(message.Chaddr.Span)}\n");
        if (message.Sname.Length > 0)
            text.Append(CultureInfo.InvariantCulture, $"  sname {PrintableText.Quote(message.Sname)}\n");
        if (message.File.Length > 0)
            text.Append(CultureInfo.InvariantCulture, $"  file {PrintableText.Quote(message.File)}\n");
        foreach (var code in message.Options.Codes)
            AppendOption(text, code, message.Options.Raw(code).Span);
        return text.ToString();
    }

    /// <summary>The type's name as the RFCs write it; <c>BOOTP</c> when option 53 is absent.</summary>
    public static string NameOf(DhcpMessageType type) => type switch
    {
        DhcpMessageType.None => "BOOTP",
        DhcpMessageType.Discover => "DISCOVER",
        DhcpMessageType.Offer => "OFFER",
        DhcpMessageType.Request => "REQUEST",
        DhcpMessageType.Decline => "DECLINE",
        DhcpMessageType.Ack => "ACK",
        DhcpMessageType.Nak => "NAK",
        DhcpMessageType.Release => "RELEASE",
        DhcpMessageType.Inform => "INFORM",
        _ => string.Create(CultureInfo.InvariantCulture, $"TYPE{(int)type}"),
    };

    static void AppendOption(StringBuilder text, byte code, ReadOnlySpan<byte> payload)
    {
        var row = DhcpOptionTable.Find(code);
        if (!row.IsEncapsulating || !DhcpOptionTable.CanExpand(code, payload))
        {
            text.Append(CultureInfo.InvariantCulture, $"  {code} {row.Name}: {DhcpOptionTable.Format(code, payload)}\n");
            return;
        }

        text.Append(CultureInfo.InvariantCulture, $"  {code} {row.Name}:\n");
        foreach (var (sub, value) in new SubOptions(payload, SubOptions.HasPadding(code)))
        {
            var name = DhcpOptionTable.FindSub(row, sub).Name;
            text.Append(CultureInfo.InvariantCulture, $"    {code}.{sub} {name}: {DhcpOptionTable.Format(code, sub, value)}\n");
        }
    }

    static string OpName(byte op) => op switch
    {
        DhcpMessage.BootRequest => " (request)",
        DhcpMessage.BootReply => " (reply)",
        _ => "",
    };
}
