using Cordwain.Management.Check;

namespace Cordwain.Management.Tests.Check;

/// <summary>On a tree of files that looks like a machine.</summary>
public sealed class LinuxHostTests : IDisposable
{
    const string Header = "   sl  local_address rem_address   st tx_queue rx_queue tr tm->when retrnsmt   uid  timeout inode ref pointer drops\n";

    // Above what a kernel gives out, for a process does not name itself.
    const int Dnsmasq = 5_000_812;

    readonly DirectoryInfo _root = Directory.CreateTempSubdirectory("cw-host-");

    LinuxHost Host => new([], _root.FullName);

    public void Dispose() => _root.Delete(true);

    [Fact]
    public void Names_the_program_on_a_udp_port()
    {
        Put("proc/thread-self/net/udp", Header + "  123: 00000000:0043 00000000:0000 07 00000000:00000000 00:00000000 00000000     0        0 4711 2 0000000000000000 0\ncut\n");
        Put($"proc/{Dnsmasq}/comm", "dnsmasq\n");
        Link($"proc/{Dnsmasq}/fd/3", "/dev/null");
        Link($"proc/{Dnsmasq}/fd/4", "socket:[4711]");
        Assert.Equal($"dnsmasq (pid {Dnsmasq})", Host.ListenerOn(Transport.Udp, 67));
        Assert.Null(Host.ListenerOn(Transport.Udp, 68));
        Assert.Null(Host.ListenerOn(Transport.Udp, 3));
        Assert.Null(Host.ListenerOn(Transport.Tcp, 67));
    }

    [Fact]
    public void Says_so_when_the_program_cannot_be_seen()
    {
        Put("proc/thread-self/net/udp6", Header + "  9: 00000000000000000000000000000000:0045 00000000000000000000000000000000:0000 07 00000000:00000000 00:00000000 00000000     0        0 99 2 0 0\n");
        Assert.Equal("a program of another user", Host.ListenerOn(Transport.Udp, 69));
    }

    [Fact]
    public void A_connection_from_a_tcp_port_is_no_listener()
    {
        const string Line = "   0: 0100007F:1F83 0100007F:C350 {0} 00000000:00000000 00:00000000 00000000     0        0 5 1 0 100 0 0 10 0\n";
        Put("proc/thread-self/net/tcp", Header + Line.Replace("{0}", "01", StringComparison.Ordinal));
        Assert.Null(Host.ListenerOn(Transport.Tcp, 8067));
        Put("proc/thread-self/net/tcp", Header + Line.Replace("{0}", "0A", StringComparison.Ordinal));
        Assert.NotNull(Host.ListenerOn(Transport.Tcp, 8067));
    }

    [Theory]
    [InlineData("0000000000000000", false, false)]
    [InlineData("0000000000000400", true, false)]
    [InlineData("0000000000002000", false, true)]
    [InlineData("000001ffffffffff", true, true)]
    public void Reads_the_rights_of_the_process(string capabilities, bool ports, bool frames)
    {
        Put("proc/self/status", $"Name:\tcordwain\nCapEff:\t{capabilities}\nSeccomp:\t0\n");
        Assert.Equal((ports, frames), (Host.MayBindLowPorts, Host.MaySendFrames));
    }

    [Fact]
    public void Reads_from_which_port_on_no_right_is_needed()
    {
        Assert.Equal(1024, Host.FirstFreePort);
        Put("proc/sys/net/ipv4/ip_unprivileged_port_start", "0\n");
        Assert.Equal(0, Host.FirstFreePort);
    }

    [Fact]
    public void Notices_firewalls()
    {
        Assert.Empty(Host.Firewalls);
        Put("etc/ufw/ufw.conf", "# x\nENABLED=yes\n");
        Put("proc/77/comm", "firewalld\n");
        Put("proc/net/ip_tables_names", "nat\nfilter\n");
        Put("etc/nftables.conf", "chain input { type filter hook input priority 0; policy drop; }\n");
        Assert.Equal(["ufw", "firewalld", "iptables", "nftables"], Host.Firewalls.Select(firewall => firewall.Name));
    }

    [Fact]
    public void A_firewall_that_is_off_is_not_mentioned()
    {
        Put("etc/ufw/ufw.conf", "ENABLED=no\n");
        Put("etc/nftables.conf", "flush ruleset\n");
        Assert.Empty(Host.Firewalls);
    }

    [Fact]
    public void Lists_interfaces_and_files()
    {
        Put("sys/class/net/eth0/address", "x");
        Put("srv/a/b.ipxe", "#!ipxe\n");
        Assert.Equal(["eth0"], Host.Interfaces);
        Assert.Equal(["a/b.ipxe"], Host.FilesBelow(Path.Join(_root.FullName, "srv")));
        Assert.Equal("#!ipxe\n", Host.ReadText(Path.Join(_root.FullName, "srv/a/b.ipxe")));
        Assert.Null(Host.ReadText(Path.Join(_root.FullName, "srv/none")));
    }

    [Fact]
    public void An_empty_machine_throws_nothing()
    {
        Assert.Null(Host.ListenerOn(Transport.Udp, 67));
        Assert.True(Host.MayBindLowPorts);
        Assert.Empty(Host.FilesBelow("/nonexistent"));
    }

    void Put(string path, string text)
    {
        var file = Path.Join(_root.FullName, path);
        Directory.CreateDirectory(Path.GetDirectoryName(file)!);
        File.WriteAllText(file, text);
    }

    void Link(string path, string target)
    {
        var file = Path.Join(_root.FullName, path);
        Directory.CreateDirectory(Path.GetDirectoryName(file)!);
        File.CreateSymbolicLink(file, target);
    }
}
