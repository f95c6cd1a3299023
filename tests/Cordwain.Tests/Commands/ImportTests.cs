using Cordwain.Tests.Support;

namespace Cordwain.Tests.Commands;

public sealed class ImportTests
{
    [Fact]
    public async Task Prints_the_configuration_and_what_is_left_out()
    {
        using var folder = new TestFolder();
        folder.Write("dhcpd.conf", "subnet 10.1.0.0 netmask 255.255.0.0 {\n  range 10.1.0.5 10.1.0.9;\n}\ninclude \"more.conf\";\nfilename \"pxelinux.0\";\n");
        var result = await folder.Run("import", "dhcpd.conf");
        Assert.Equal(1, result.ExitCode);
        Assert.Contains("    subnet: 10.1.0.0/16\n", result.Output, StringComparison.Ordinal);
        Assert.Contains("  - file: pxelinux.0   # dhcpd.conf:5\n", result.Output, StringComparison.Ordinal);
        Assert.StartsWith("dhcpd.conf:4:1: warning CW6007: ", result.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Ends_with_0_when_all_is_taken_over()
    {
        using var folder = new TestFolder();
        folder.Write("menu", "DEFAULT disk\nLABEL disk\nLOCALBOOT 0\nLABEL linux\nKERNEL vmlinuz\n");
        var result = await folder.Run("import", "--type", "pxelinux", "menu");
        Assert.Equal(0, result.ExitCode);
        Assert.Contains("kernel: vmlinuz", result.Output, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("missing", "cannot be read")]
    [InlineData("unknown", "what it is")]
    public async Task Refuses_a_file_that_it_cannot_read(string name, string why)
    {
        using var folder = new TestFolder();
        folder.Write("unknown", "hello\n");
        var result = await folder.Run("import", name);
        Assert.Equal(2, result.ExitCode);
        Assert.Contains("error CW6001: ", result.Error, StringComparison.Ordinal);
        Assert.Contains(why, result.Error, StringComparison.Ordinal);
        Assert.Empty(result.Output);
    }

    [Fact]
    public async Task Writes_leases_once()
    {
        using var folder = new TestFolder();
        folder.Write("dnsmasq.leases", "0 52:54:00:00:00:01 10.99.0.100 web01 *\n0 52:54:00:00:00:02 10.99.0.101 * *\n");
        var counted = await folder.Run("import", "dnsmasq.leases");
        Assert.Equal((0, "2 leases are read"), (counted.ExitCode, counted.Error[..17]));

        var first = await folder.Run("import", "dnsmasq.leases", "--data", folder.Data);
        Assert.Equal((0, "2 of 2 leases are written"), (first.ExitCode, first.Error[..25]));
        var second = await folder.Run("import", "dnsmasq.leases", "--data", folder.Data);
        Assert.Equal((0, "0 of 2 leases are written"), (second.ExitCode, second.Error[..25]));
        Assert.Empty(second.Output);
    }
}
