using System.Globalization;
using Cordwain.Protocols.Dhcp4;

namespace Cordwain.Boot.Decisions.Names;

/// <summary>URLs that DHCP answers carry.</summary>
static class ScriptAddress
{
    public const string EntryFolder = "entry/";

    /// <summary>What fits the header field <c>file</c> with its NUL; GRUB and shim know no longer one.</summary>
    public const int LongestName = DhcpMessage.FileLength - 1;

    /// <summary>A file of ours by HTTP.</summary>
    public static string Url(Question question, string path)
    {
        var port = question.Catalog.HttpPort == 80 ? "" : string.Create(CultureInfo.InvariantCulture, $":{question.Catalog.HttpPort}");
        return $"http://{question.BootServer}{port}/{path}";
    }

    /// <summary>The script that iPXE gets: by HTTP with what tells the machine apart, or by TFTP for a build that knows no HTTP.</summary>
    /// <param name="name"><c>boot.ipxe</c>, or that of an entry.</param>
    public static string Script(Question question, string name)
    {
        if (!KnowsHttp(question.Request))
            return $"tftp://{question.BootServer}/{name}";

        // iPXE has expanded settings in the file name of DHCP since 2011 (src/usr/autoboot.c, expand_settings). The MAC stands in
        // plain digits all the same: we know it, and ${net0/mac} is another card's where a machine has two.
        var url = Url(question, name);
        var query = question.Request.Machine.Mac is { } mac ? $"?mac={mac.ToDashed()}&uuid=${{uuid}}" : "?uuid=${uuid}";
        const string Serial = "&serial=${serial:uristring}";
        return url.Length + query.Length + Serial.Length <= LongestName ? url + query + Serial
            : url.Length + query.Length <= LongestName ? url + query
            : url;
    }

    /// <summary>iPXE lists what it was built with in option 175: 0x13 is HTTP. A build that lists nothing is taken for a whole one.</summary>
    static bool KnowsHttp(BootRequest request)
    {
        const byte Http = 0x13, FirstFeature = 0x10, LastFeature = 0x4f;
        if (!request.Options.Has(DhcpOptions.IpxeEncapsulated.Code))
            return true;

        var listed = false;
        for (var rest = request.Options.Raw(DhcpOptions.IpxeEncapsulated.Code).Span; rest.Length >= 2 && rest.Length >= 2 + rest[1]; rest = rest[(2 + rest[1])..])
        {
            if (rest[0] == Http)
                return rest[1] == 0 || rest[2] != 0;
            listed |= rest[0] is >= FirstFeature and <= LastFeature;
        }

        return !listed;
    }
}
