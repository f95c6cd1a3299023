using System.Text;

namespace Cordwain.Server.HttpBoot.Plain;

/// <summary>The header fields that a plain request may have, each once.</summary>
[Flags]
enum PlainFields
{
    None = 0,
    Host = 1 << 0,
    Connection = 1 << 1,
    UserAgent = 1 << 2,
    Range = 1 << 3,
    IfRange = 1 << 4,
    IfNoneMatch = 1 << 5,
    IfModifiedSince = 1 << 6,
    Accept = 1 << 7,
    AcceptEncoding = 1 << 8,
    AcceptLanguage = 1 << 9,
    AcceptCharset = 1 << 10,
    CacheControl = 1 << 11,
    Pragma = 1 << 12,
    Referer = 1 << 13,

    /// <summary>iPXE offers to take content from its peers ([MS-PCCRTP]); nobody has to answer that.</summary>
    PeerDist = 1 << 14,
    PeerDistEx = 1 << 15,
}

static class PlainField
{
    /// <returns>Null for a field that a plain request does not have.</returns>
    public static PlainFields? Of(ReadOnlySpan<byte> name)
    {
        var (field, spelling) = name.Length switch
        {
            4 => (PlainFields.Host, "Host"),
            5 => (PlainFields.Range, "Range"),
            6 when (name[0] | 0x20) == 'a' => (PlainFields.Accept, "Accept"),
            6 => (PlainFields.Pragma, "Pragma"),
            7 => (PlainFields.Referer, "Referer"),
            8 => (PlainFields.IfRange, "If-Range"),
            10 when (name[0] | 0x20) == 'c' => (PlainFields.Connection, "Connection"),
            10 when (name[0] | 0x20) == 'u' => (PlainFields.UserAgent, "User-Agent"),
            10 => (PlainFields.PeerDist, "P-PeerDist"),
            12 => (PlainFields.PeerDistEx, "P-PeerDistEx"),
            13 when (name[0] | 0x20) == 'i' => (PlainFields.IfNoneMatch, "If-None-Match"),
            13 => (PlainFields.CacheControl, "Cache-Control"),
            14 => (PlainFields.AcceptCharset, "Accept-Charset"),
            15 when (name[7] | 0x20) == 'e' => (PlainFields.AcceptEncoding, "Accept-Encoding"),
            15 => (PlainFields.AcceptLanguage, "Accept-Language"),
            17 => (PlainFields.IfModifiedSince, "If-Modified-Since"),
            _ => (PlainFields.None, ""),
        };
        return field != PlainFields.None && Ascii.EqualsIgnoreCase(name, spelling) ? field : null;
    }
}
