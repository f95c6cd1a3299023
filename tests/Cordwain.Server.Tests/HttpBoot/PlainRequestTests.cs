using System.Text;
using Cordwain.Server.HttpBoot.Plain;

namespace Cordwain.Server.Tests.HttpBoot;

public sealed class PlainRequestTests
{
    const string Host = "Host: 10.0.0.1:8067\r\n";

    public static TheoryData<string, string> Plain => new()
    {
        { "iPXE",            $"GET /boot.ipxe?mac=52-54-00-12-34-56&uuid=x HTTP/1.1\r\nConnection: keep-alive\r\nUser-Agent: iPXE/1.21.1+\r\nP-PeerDist: Version=1.1\r\nP-PeerDistEx: MinContentInformation=1.0, MaxContentInformation=2.0\r\n{Host}\r\n" },
        { "iPXE, a range",   $"GET /disk.iso HTTP/1.1\r\nConnection: keep-alive\r\nUser-Agent: iPXE/1.21.1+\r\nRange: bytes=2048-4095\r\n{Host}\r\n" },
        { "UEFI HTTP boot",  $"HEAD /snponly.efi HTTP/1.1\r\n{Host}Accept: */*\r\nUser-Agent: UefiHttpBoot/1.0\r\n\r\n" },
        { "GRUB",            $"GET /grub/grub.cfg HTTP/1.1\r\n{Host}User-Agent: GRUB 2.06-13+deb12u1\r\n\r\n" },
        { "curl -0",         "GET /a HTTP/1.0\r\nHost: localhost\r\nUser-Agent: curl/7.88.1\r\nAccept: */*\r\n\r\n" },
        { "no headers, old", "GET /a HTTP/1.0\r\n\r\n" },
        { "escapes",         $"GET /a%20b%2Fc HTTP/1.1\r\n{Host}\r\n" },
        { "any case",        $"GET /a HTTP/1.1\r\nhOST: X\r\nCONNECTION: Close\r\n\r\n" },
        { "spaces around",   $"GET /a HTTP/1.1\r\nHost:x  \r\nUser-Agent:    y z\r\n\r\n" },
    };

    [Theory, MemberData(nameof(Plain))]
    public void What_loaders_send_is_plain(string who, string request)
    {
        var bytes = Encoding.Latin1.GetBytes(request + "GET /next");
        Assert.True(PlainRequest.Read(bytes, out var plain) == PlainVerdict.Plain, who);
        Assert.Equal(request.Length, plain.Length);
        // In whatever pieces it comes, it is not taken for anything else before it is whole.
        for (var i = 0; i < request.Length; i++)
            Assert.Equal(PlainVerdict.Incomplete, PlainRequest.Read(bytes.AsSpan(0, i), out _));
    }

    public static TheoryData<string, string> Other => new()
    {
        { "TLS",                       "\x16\x03\x01\x02" },
        { "another method",            $"POST /a HTTP/1.1\r\n{Host}\r\n" },
        { "small letters",             "get /a" },
        { "a line before",             "\r\nGET /a HTTP/1.1\r\n" },
        { "the absolute form",         "GET http://x/a HTTP/1.1\r\n" },
        { "the asterisk form",         "GET * HTTP/1.1\r\n" },
        { "two spaces",                "GET  /a HTTP/1.1\r\n" },
        { "a space in the target",     "GET /a b HTTP/1.1\r\n" },
        { "a space at the line's end", "GET /a HTTP/1.1 \r\n" },
        { "no version",                "GET /a\r\n" },
        { "another version",           "GET /a HTTP/1.2\r\n" },
        { "HTTP/2",                    "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n" },
        { "a bare line feed",          "GET /a HTTP/1.1\nHost: x\n\n" },
        { "a carriage return inside",  "GET /a\rb HTTP/1.1\r\n" },
        { "a tab inside",              "GET /a HTTP/1.1\r\nHost: x\r\nUser-Agent: a\tb\r\n\r\n" },
        { "a fragment",                "GET /a#b HTTP/1.1\r\n" },
        { "a backslash",               "GET /a\\b HTTP/1.1\r\n" },
        { "a byte over 127",           "GET /\xe4 HTTP/1.1\r\n" },
        { "a zero by escape",          "GET /a%00 HTTP/1.1\r\n" },
        { "a delete by escape",        "GET /a%7F HTTP/1.1\r\n" },
        { "a line feed by escape",     "GET /a%0a HTTP/1.1\r\n" },
        { "a byte over 127 by escape", "GET /a%c3%a4 HTTP/1.1\r\n" },
        { "half an escape",            "GET /a%4 HTTP/1.1\r\n" },
        { "no escape",                 "GET /a%zz HTTP/1.1\r\n" },
        { "no host",                   "GET /a HTTP/1.1\r\nAccept: */*\r\n\r\n" },
        { "two hosts",                 "GET /a HTTP/1.1\r\nHost: x\r\nHost: x\r\n\r\n" },
        { "an empty host",             "GET /a HTTP/1.1\r\nHost: \r\n\r\n" },
        { "a host with a name",        "GET /a HTTP/1.1\r\nHost: me@x\r\n\r\n" },
        { "a host with a bad port",    "GET /a HTTP/1.1\r\nHost: x:y\r\n\r\n" },
        { "a body",                    $"GET /a HTTP/1.1\r\n{Host}Content-Length: 0\r\n\r\n" },
        { "chunks",                    $"GET /a HTTP/1.1\r\n{Host}Transfer-Encoding: chunked\r\n\r\n" },
        { "a folded line",             $"GET /a HTTP/1.1\r\n{Host}User-Agent: a\r\n b\r\n\r\n" },
        { "a space before the colon",  $"GET /a HTTP/1.1\r\nHost : x\r\n\r\n" },
        { "no colon",                  $"GET /a HTTP/1.1\r\n{Host}Accept\r\n\r\n" },
        { "no name",                   $"GET /a HTTP/1.1\r\n{Host}: a\r\n\r\n" },
        { "an unknown header",         $"GET /a HTTP/1.1\r\n{Host}X-Forwarded-For: y\r\n\r\n" },
        { "an upgrade",                $"GET /a HTTP/1.1\r\n{Host}Connection: Upgrade\r\n\r\n" },
        { "a list for connection",     $"GET /a HTTP/1.1\r\n{Host}Connection: keep-alive, close\r\n\r\n" },
        { "a range twice",             $"GET /a HTTP/1.1\r\n{Host}Range: bytes=0-1\r\nRange: bytes=2-3\r\n\r\n" },
        { "an expectation",            $"GET /a HTTP/1.1\r\n{Host}Expect: 100-continue\r\n\r\n" },
        { "a long target",             $"GET /{new string('a', 2048)} HTTP/1.1\r\n" },
        { "a long head",               "GET /" + new string('a', 4096) },
        { "a long field",              $"GET /a HTTP/1.1\r\nUser-Agent: {new string('a', 4096)}" },
        { "many fields",               $"GET /a HTTP/1.1\r\n{string.Concat(Enumerable.Range(0, 40).Select(i => "Accept: a\r\n"))}" },
    };

    [Theory, MemberData(nameof(Other))]
    public void Anything_else_is_for_the_web_server(string what, string request) =>
        Assert.True(PlainRequest.Read(Encoding.Latin1.GetBytes(request), out _) == PlainVerdict.Other, what);

    [Fact]
    public void The_parts_are_where_they_stand()
    {
        const string Text = $"GET /a?b HTTP/1.1\r\n{Host}Range:  bytes=1-2 \r\nIf-Range: \"x\"\r\nIf-None-Match: *\r\nIf-Modified-Since: y\r\nUser-Agent: z\r\n\r\n";
        Assert.Equal(PlainVerdict.Plain, PlainRequest.Read(Encoding.Latin1.GetBytes(Text), out var request));
        Assert.Equal(("/a?b", "bytes=1-2", "\"x\"", "*", "y", "z"),
            (Text[request.Target], Text[request.ByteRange], Text[request.IfRange], Text[request.IfNoneMatch], Text[request.IfModifiedSince], Text[request.UserAgent]));
        Assert.False(request.IsUnconditional);
        Assert.True(request.KeepsAlive);
    }
}
