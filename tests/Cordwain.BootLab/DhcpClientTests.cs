using Cordwain.BootLab.Support;

namespace Cordwain.BootLab;

/// <summary>The DHCP clients that people run: an address, its renewal, its end.</summary>
[Trait("Category", "Real")]
public sealed class DhcpClientTests
{
    const string Mac = "52:54:00:bb:00:01";

    /// <summary>From now on what the client sends to us alone reaches nobody.</summary>
    const string Misdirect = "ip neigh replace 10.77.0.1 lladdr 02:00:00:00:00:99 nud permanent dev eth0";

    static readonly TimeSpan Limit = TimeSpan.FromSeconds(40);

    /// <summary>Leases so short that a client renews while the test looks.</summary>
    const string Short = LabConfig.Server + "    lease: 60s\n    min-lease: 60s\n    renew: 5s\n    rebind: 9s\n";

    [Fact]
    public async Task Dhclient_gets_renews_and_releases()
    {
        using var lab = new Lab();
        var host = await Start(lab, Short);
        string[] files = ["-v", "-lf", lab.Folder + "/dhclient.leases", "-pf", lab.Folder + "/dhclient.pid", "-sf", Script(lab), "eth0"];

        var bound = lab.Network.Run(host, Limit, "timeout", ["12", "dhclient", "-d", .. files]);
        Assert.Contains("DHCPOFFER of 10.77.0.", bound.Output, StringComparison.Ordinal);
        Assert.True(bound.Output.Split("DHCPACK").Length >= 3, "no renewal:\n" + bound.Output);
        Assert.Contains(Mac, Leases(lab), StringComparison.Ordinal);

        lab.Network.Run(host, Limit, "dhclient", ["-r", .. files]);
        Assert.Contains("released", Leases(lab), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Dhclient_rebinds_by_broadcast_when_it_cannot_reach_us()
    {
        using var lab = new Lab();
        var host = await Start(lab, Short);

        var client = lab.Network.Run(host, Limit, "timeout", "25", "dhclient", "-d", "-v", "-lf", lab.Folder + "/dhclient.leases",
            "-pf", lab.Folder + "/dhclient.pid", "-sf", Script(lab, "ip route replace unreachable 10.77.0.1/32"), "eth0");

        var renewing = client.Output.IndexOf("on eth0 to 10.77.0.1 port 67", StringComparison.Ordinal);
        Assert.True(renewing > 0, client.Output);
        var rebinding = client.Output.IndexOf("on eth0 to 255.255.255.255 port 67", renewing, StringComparison.Ordinal);
        Assert.True(rebinding > 0 && client.Output.IndexOf("DHCPACK of", rebinding, StringComparison.Ordinal) > 0, client.Output);
    }

    [Fact]
    public async Task Udhcpc_gets_renews_and_releases()
    {
        using var lab = new Lab();
        var host = await Start(lab, Short);

        // -R: release on exit; SIGUSR1 renews at once.
        var client = lab.Network.Run(host, Limit, "/bin/sh", "-c",
            $"busybox udhcpc -f -R -i eth0 -s {Script(lab)} & c=$!; sleep 4; kill -USR1 $c; sleep 3; kill $c; wait $c");

        Assert.Contains("lease of 10.77.0.", client.Output, StringComparison.Ordinal);
        Assert.True(client.Output.Split("lease of 10.77.0.").Length >= 3, "no renewal:\n" + client.Output);
        Assert.Contains("released", Leases(lab), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Udhcpc_rebinds_by_broadcast_when_it_cannot_reach_us()
    {
        using var lab = new Lab();
        // It goes by the lease alone, not by T1 and T2: from half of it on it asks us, in the last minute everybody.
        var host = await Start(lab, Short);

        var client = lab.Network.Run(host, 2 * Limit, "timeout", "45", "busybox", "udhcpc", "-f", "-v", "-v", "-i", "eth0",
            "-s", Script(lab, Misdirect));

        var rebinding = client.Output.IndexOf("broadcasting renew", StringComparison.Ordinal);
        Assert.True(rebinding > 0 && client.Output.IndexOf("lease of 10.77.0.", rebinding, StringComparison.Ordinal) > 0, client.Output);
    }

    [Fact]
    public async Task Dhcpcd_gets_renews_rebinds_and_releases()
    {
        using var lab = new Lab();
        var host = await Start(lab, LabConfig.Server);

        // -N renews, -n rebinds, -k releases.
        var client = lab.Network.Run(host, Limit, "/bin/sh", "-c",
            "unshare -m sh -c 'mount -t tmpfs none /run && mkdir -p /run/dhcpcd && mount -t tmpfs none /var/lib/dhcpcd5 2>/dev/null; " +
            "dhcpcd -4 -B -d --noarp -c /bin/true eth0 & sleep 8; dhcpcd -4 -N eth0; sleep 4; dhcpcd -4 -n eth0; sleep 4; dhcpcd -4 -k eth0; sleep 1; wait'");

        Assert.Contains("rebinding lease of 10.77.0.", client.Output, StringComparison.Ordinal);
        Assert.True(client.Output.Split("acknowledged 10.77.0.").Length == 4, client.Output);
        Assert.True(Leases(lab).Contains("released", StringComparison.Ordinal), client.Output);
    }

    [Fact]
    public async Task Networkd_gets_renews_and_releases()
    {
        using var lab = new Lab();
        var host = await Start(lab, Short);

        var client = lab.Network.Run(host, Limit, "unshare", "-m", "/bin/sh", "-c", Networkd(12));

        Assert.True(client.Output.Split("DHCPv4 client: ACK").Length >= 3, "no renewal:\n" + client.Output);
        Assert.True(Leases(lab).Contains("released", StringComparison.Ordinal), client.Output);
    }

    [Fact]
    public async Task Networkd_rebinds_by_broadcast_when_it_cannot_reach_us()
    {
        using var lab = new Lab();
        var host = await Start(lab, Short);

        var client = lab.Network.Run(host, Limit, "unshare", "-m", "/bin/sh", "-c", $"(sleep 3; {Misdirect}) & {Networkd(20)}");

        var rebinding = client.Output.IndexOf("REQUEST (rebinding)", StringComparison.Ordinal);
        Assert.True(rebinding > 0 && client.Output.IndexOf("DHCPv4 client: ACK", rebinding, StringComparison.Ordinal) > 0, client.Output);
    }

    [Fact]
    public async Task Nmap_discovers_us()
    {
        using var lab = new Lab();
        var host = await Start(lab, LabConfig.Server);
        lab.Network.Run(host, Limit, "ip", "addr", "add", "10.77.0.50/24", "dev", "eth0");   // nmap asks by interfaces that have one

        var scan = lab.Network.Run(host, Limit, "nmap", "--script", "broadcast-dhcp-discover", "-e", "eth0");

        Assert.True(scan.Output.Contains("Server Identifier: 10.77.0.1", StringComparison.Ordinal), scan.Output);
        Assert.True(scan.Output.Contains("Subnet Mask: 255.255.255.0", StringComparison.Ordinal), scan.Output);
    }

    static async Task<string> Start(Lab lab, string configuration)
    {
        await lab.ServeCordwain(configuration);
        var host = lab.Network.AddHost("client", Lab.Bridge, null);
        lab.Network.Run(host, Limit, "ip", "link", "set", "eth0", "address", Mac);
        return host;
    }

    /// <summary>What both ISC's client and busybox call with the address they got: puts it on the interface, so that they can renew it.</summary>
    static string Script(Lab lab, string then = "true")
    {
        var script = Path.Combine(lab.Folder, "client-script");
        File.WriteAllText(script, "#!/bin/sh\naddress=${new_ip_address:-$ip}\n[ -z \"$address\" ] || { ip addr replace $address/24 dev eth0; " + then + "; }\nexit 0\n");
        lab.Network.Run(null, Limit, "chmod", "+x", script);
        return script;
    }

    /// <summary>networkd wants folders of its own, and waits for udev unless /sys is read-only, as in a container.</summary>
    static string Networkd(int seconds) =>
        "mount -o remount,bind,ro /sys && mount -t tmpfs none /run && mkdir -p /run/systemd/network /run/systemd/netif && " +
        "printf '[Match]\\nName=eth0\\n[Network]\\nDHCP=ipv4\\nLinkLocalAddressing=no\\nIPv6AcceptRA=no\\n' > /run/systemd/network/10-lab.network && " +
        $"chown -R systemd-network:systemd-network /run/systemd/netif 2>/dev/null; SYSTEMD_LOG_LEVEL=debug timeout -s TERM {seconds} /lib/systemd/systemd-networkd 2>&1";

    static string Leases(Lab lab) => lab.RunCordwain("leases", "--json", "--data", lab.Data).Output;
}
