using System.Globalization;
using System.Text;
using Cordwain.Protocols.Dhcp4;

namespace Cordwain.Boot.Tests.Dhcp;

/// <summary>A message in lines, fields that are empty left out.</summary>
static class MessageText
{
    public static string Of(DhcpMessage message)
    {
        var text = new StringBuilder();
        text.Append(CultureInfo.InvariantCulture, $"    flags {message.Flags:x4}");
        foreach (var (name, address) in new[] { ("ciaddr", message.Ciaddr), ("yiaddr", message.Yiaddr), ("siaddr", message.Siaddr), ("giaddr", message.Giaddr) })
        {
            if (!address.IsAny)
                text.Append(CultureInfo.InvariantCulture, $" {name} {address}");
        }

        if (message.Sname.Length > 0)
            text.Append(CultureInfo.InvariantCulture, $" sname \"{message.Sname}\"");
        text.Append('\n');
        if (message.File.Length > 0)
            text.Append(CultureInfo.InvariantCulture, $"    file \"{message.File}\"\n");
        foreach (var code in message.Options.Codes)
            text.Append(CultureInfo.InvariantCulture, $"    {code} {DhcpOptionTable.Find(code).Name}: {DhcpOptionTable.Format(code, message.Options.Raw(code).Span)}\n");
        return text.ToString();
    }
}
