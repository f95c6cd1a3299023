using Cordwain.Content;
using Cordwain.Server.HttpBoot;

namespace Cordwain.Server.Tests.HttpBoot;

public sealed class RequestTargetTests
{
    [Theory]
    [InlineData("/boot.ipxe", "/boot.ipxe")]
    [InlineData("//grubx64.efi", "//grubx64.efi")]
    [InlineData("/a%20b+c", "/a b+c")]
    [InlineData("/%5CBoot%5cBCD", @"/\Boot\BCD")]
    [InlineData("/%E5%86%85", "/内")]
    [InlineData("http://10.77.0.1:8067/boot.ipxe?x=1", "/boot.ipxe")]
    [InlineData("http://10.77.0.1", "/")]
    [InlineData("/a%252fb", "/a%2fb")]
    [InlineData("/x?http://y", "/x")]
    public void A_target_is_decoded_once(string raw, string name)
    {
        Assert.True(RequestTarget.TryParse(raw, out var target));
        Assert.Equal(name, target.Name);
    }

    [Theory]
    [InlineData("/a%")]
    [InlineData("/a%4")]
    [InlineData("/a%zz")]
    [InlineData("/%c0%ae%c0%ae/etc/passwd")]   // overlong dots
    [InlineData("/%c0%af")]                    // overlong slash
    [InlineData("/%e0%80%ae")]
    [InlineData("/%ff")]
    [InlineData("/%ed%a0%80")]                 // a surrogate
    [InlineData("/\u00e4")]                    // not ASCII: a target has none
    public void Broken_escapes_are_refused(string raw) => Assert.False(RequestTarget.TryParse(raw, out _));

    /// <summary>Every spelling of a way out, as a request line carries it: refused, or a plain name below the root.</summary>
    [Theory]
    [InlineData("/../etc/passwd", null)]
    [InlineData("/..%2f..%2fetc/passwd", null)]
    [InlineData("/%2e%2e/etc/passwd", null)]
    [InlineData("/.%2e/etc/passwd", null)]
    [InlineData("/%2e%2e%2fetc%2fpasswd", null)]
    [InlineData("/..%5c..%5cetc%5cpasswd", null)]
    [InlineData("/..\\..\\etc\\passwd", null)]
    [InlineData("/a/../../etc/passwd", null)]
    [InlineData("/%00", null)]
    [InlineData("/boot.ipxe%00.txt", null)]
    [InlineData("/a%0d%0aSet-Cookie:x", null)]
    [InlineData("/%252e%252e/etc/passwd", "%2e%2e/etc/passwd")]
    [InlineData("/....//etc/passwd", "..../etc/passwd")]
    [InlineData("/..;/etc/passwd", "..;/etc/passwd")]
    [InlineData("/~root/.ssh/id_rsa", "~root/.ssh/id_rsa")]
    [InlineData("////etc/passwd", "etc/passwd")]
    [InlineData("/%EF%BC%8E%EF%BC%8E/etc/passwd", "．．/etc/passwd")]   // full-width dots are letters
    [InlineData("/%E2%80%AE/x", "\u202e/x")]
    public void A_way_out_leads_nowhere(string raw, string? name)
    {
        Assert.True(RequestTarget.TryParse(raw, out var target));
        Assert.Equal(name is not null, BootPath.TryFold(target.Name, out var folded, out _));
        Assert.Equal(name, folded);
    }

    [Fact]
    public void The_query_is_decoded_and_bounded()
    {
        Assert.True(RequestTarget.TryParse("/boot.ipxe?mac=52:54:00:12:34:56&serial=AB+C%20D&uuid=&mac=other&broken=%zz&flag", out var target));
        Assert.Equal(("52:54:00:12:34:56", "AB C D", ""), (target.Query["mac"], target.Query["serial"], target.Query["uuid"]));
        Assert.Equal(3, target.Query.Count);

        Assert.True(RequestTarget.TryParse("/x?" + string.Join('&', Enumerable.Range(0, 1000).Select(i => $"p{i}=1")), out target));
        Assert.Equal(32, target.Query.Count);
    }
}
