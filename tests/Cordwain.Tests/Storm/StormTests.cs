using System.Diagnostics;
using System.Text.Json;
using Cordwain.Emulation;
using Cordwain.Storm;
using Cordwain.Tests.Serve;
using Cordwain.Tests.Support;

namespace Cordwain.Tests.Storm;

/// <summary>Storms against our server, and against dnsmasq with nginx, in networks of their own.</summary>
[Trait("Category", "Real")]
public sealed class StormTests : IDisposable
{
    const string Bridge = "lan0";

    static readonly TimeSpan Limit = TimeSpan.FromSeconds(90);

    readonly TestFolder _folder = new();
    readonly PrivateNetwork _network = new("storm");
    readonly string _host;

    public StormTests()
    {
        _network.AddLink(Bridge, "10.77.0.1/24");
        _host = _network.AddHost("storm", Bridge, "10.77.0.2/24");
        Directory.CreateDirectory(Path.Combine(_folder.Path, "files"));
        File.WriteAllBytes(Path.Combine(_folder.Path, "files", "linux"), new byte[1_000_003]);
        File.WriteAllBytes(Path.Combine(_folder.Path, "files", "initrd.gz"), new byte[2_000_001]);
    }

    public void Dispose()
    {
        _network.Dispose();
        _folder.Dispose();
    }

    [Fact]
    public async Task Bios_uefi_and_http_machines_boot_from_our_server_and_give_their_addresses_back()
    {
        var config = _folder.Write("cordwain.yaml", $$"""
            files: {{_folder.Path}}/files
            networks:
              lab: { subnet: 10.77.0.0/24, dhcp: server, pool: 10.77.0.100-10.77.0.200, probe: false, force: true }
            menu:
              default: tools
              entries:
                - local
                - { name: tools, title: Tools, default: other, menu: [other, installer] }
            images:
              installer: { kernel: linux, initrd: initrd.gz }
              other: { kernel: linux }

            """);
        using var server = await RunningServer.Start(_network, config, _folder.Data);
        var report = Storm("--server", "10.77.0.1", "--relay", "10.77.0.2", "--machines", "21", "--firmware", "bios,uefi,http", "--entry", "installer", "--verify");
        Assert.Equal((21, 21, 0), (report.Machines, report.Done, report.Failed));
        Assert.Equal("kernel", Assert.Single(report.Ends).Key);
        Assert.Equal("10.77.0.1", Assert.Single(report.Servers).Key);
        Assert.InRange(report.Bytes, 21 * 3_000_004L, long.MaxValue);
        Assert.Equal(["dhcp", "loader", "dhcp-again", "menu", "kernel", "initrd"], report.Steps.Keys);

        // A sub-menu's default is followed, which has no initrd; and what was released can be given again.
        report = Storm("--server", "10.77.0.1", "--relay", "10.77.0.2", "--machines", "90", "--until", "address");
        Assert.Equal(90, report.Done);
        report = Storm("--server", "10.77.0.1", "--relay", "10.77.0.2", "--machines", "2", "--keep-leases");
        Assert.Equal((2, false), (report.Done, report.Steps.ContainsKey("initrd")));
        var leases = _network.Run(null, Limit, CommandLine.Program, "leases", "--json", "--data", _folder.Data).Output;
        Assert.Equal(2, JsonDocument.Parse(leases).RootElement.EnumerateArray().Count(lease => lease.GetProperty("state").GetString() == "bound"));
    }

    [Fact]
    public async Task A_proxy_is_measured_alone_and_a_server_that_gives_no_address_is_named()
    {
        var config = _folder.Write("cordwain.yaml", "networks:\n  lab: { subnet: 10.77.0.0/24, dhcp: proxy }\n");
        using var server = await RunningServer.Start(_network, config, _folder.Data);
        var report = Storm("--interface", "eth0", "--machines", "20", "--firmware", "bios,uefi", "--proxy", "--until", "menu");
        Assert.Equal((20, 0), (report.Done, report.Failures.Count));
        report = Storm("--interface", "eth0", "--machines", "2", "--timeout", "3");
        Assert.Equal(2, report.Failed);
        Assert.Equal("timeout", Assert.Single(report.Failures).Kind);
        Assert.InRange(report.DhcpResends, 2, 4);   // each asked again after a second, and some two seconds later
    }

    [Fact]
    public async Task Twenty_machines_boot_from_dnsmasq_and_nginx()
    {
        File.Copy("/usr/lib/ipxe/ipxe.efi", Path.Combine(_folder.Path, "files", "ipxe.efi"));
        _folder.Write("files/boot.ipxe", "#!ipxe\nkernel linux quiet || shell\ninitrd initrd.gz || shell\nboot || shell\n");
        var dnsmasq = _folder.Write("dnsmasq.conf", $"""
            port=0
            bind-interfaces
            interface={Bridge}
            no-ping
            user=root
            dhcp-range=10.77.0.100,10.77.0.200,1h
            dhcp-leasefile={_folder.Path}/leases
            dhcp-match=set:ipxe,175
            dhcp-boot=tag:!ipxe,ipxe.efi
            dhcp-boot=tag:ipxe,http://10.77.0.1:8080/boot.ipxe
            enable-tftp
            tftp-root={_folder.Path}/files

            """);
        var nginx = _folder.Write("nginx.conf", $$"""
            user root;
            pid {{_folder.Path}}/nginx.pid;
            error_log stderr;
            daemon off;
            events { worker_connections 512; }
            http { access_log off; server { listen 10.77.0.1:8080; root {{_folder.Path}}/files; } }

            """);
        using var dhcp = Start("dnsmasq", "--keep-in-foreground", "--conf-file=" + dnsmasq, "--pid-file=");
        using var http = Start("nginx", "-c", nginx, "-p", _folder.Path);
        try
        {
            await Open(8080);
            var report = Storm("--interface", "eth0", "--server", "10.77.0.1", "--machines", "20");
            Assert.Equal((20, "kernel"), (report.Done, Assert.Single(report.Ends).Key));
            Assert.InRange(report.Bytes, 20 * 3_000_004L, long.MaxValue);
        }
        finally
        {
            foreach (var program in (Process[])[dhcp, http])
            {
                program.Kill(entireProcessTree: true);
                await program.WaitForExitAsync(CancellationToken.None);
            }
        }
    }

    StormReport Storm(params string[] words)
    {
        using var process = _network.Start(_host, CommandLine.Program, ["storm", .. words, "--json"]);
        process.StandardInput.Close();
        var error = process.StandardError.ReadToEndAsync();
        var output = process.StandardOutput.ReadToEnd();
        Assert.True(process.WaitForExit(Limit));
        Assert.True(output.StartsWith('{'), output + error.Result);
        Assert.StartsWith("Storm: ", error.Result, StringComparison.Ordinal);
        var report = JsonSerializer.Deserialize(output, StormJson.Default.StormReport)!;
        Assert.True(process.ExitCode == (report.Failed == 0 ? 0 : 1), output + error.Result);
        return report;
    }

    Process Start(string program, params string[] arguments)
    {
        var process = _network.Start(null, program, arguments);
        process.StandardInput.Close();
        _ = process.StandardOutput.ReadToEndAsync();
        _ = process.StandardError.ReadToEndAsync();
        return process;
    }

    /// <summary>The port answers; dnsmasq needs no such wait, as its clients ask again.</summary>
    async Task Open(int port)
    {
        using var limit = new CancellationTokenSource(Limit);
        while (_network.Run(null, Limit, "/bin/sh", "-c", $"ss -Hltn sport = :{port}").Output.Length == 0)
            await Task.Delay(100, limit.Token);
    }
}
