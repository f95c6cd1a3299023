using System.Diagnostics;
using Cordwain.Emulation;
using Cordwain.Tests.Support;

namespace Cordwain.Tests.Serve;

/// <summary>The real server in a network of its own, and the other verbs beside it.</summary>
[Trait("Category", "Real")]
public sealed class ServeTests : IDisposable
{
    const string Bridge = "lan0";

    /// <summary><c>force: true</c>: nobody else can be there, so nobody need be looked for.</summary>
    const string Configuration = """
        networks:
          lab:
            subnet: 10.77.0.0/24
            dhcp: server
            pool: 10.77.0.100-10.77.0.200
            probe: false
            force: true
        menu:
          title: FIRST
          entries: [local]

        """;

    static readonly TimeSpan SoonEnough = TimeSpan.FromSeconds(5);

    readonly TestFolder _folder = new();
    readonly PrivateNetwork _network = new("serve");
    readonly string _config;

    public ServeTests()
    {
        _network.AddLink(Bridge, "10.77.0.1/24");
        _config = _folder.Write("cordwain.yaml", Configuration);
    }

    public void Dispose()
    {
        _network.Dispose();
        _folder.Dispose();
    }

    /// <summary>Some 6 MiB, and a part of the start, for a server that uses none of it.</summary>
    [Fact]
    public async Task Without_https_it_does_not_bring_OpenSSL_into_memory()
    {
        File.AppendAllText(_config, "machines: { pc-1: { mac: '52:54:00:00:00:01', boot: local, once: true } }\n");
        using var server = await RunningServer.Start(_network, _config, _folder.Data);

        var mapped = await File.ReadAllTextAsync($"/proc/{server.Id}/maps", TestContext.Current.CancellationToken);

        Assert.Contains("libe_sqlite3", mapped, StringComparison.Ordinal);
        Assert.DoesNotContain("libcrypto", mapped, StringComparison.Ordinal);
    }

    [Fact]
    public async Task It_says_what_it_serves_and_ends_cleanly_on_sigterm()
    {
        using var server = await RunningServer.Start(_network, _config, _folder.Data);
        var said = server.Lines.Select(line => line[(line.IndexOf(' ', StringComparison.Ordinal) + 1)..]);
        Assert.Equal(
        [
            "DHCP is ready on lan0 (10.77.0.1), ports 67 and 4011: its address is in 10.77.0.0/24.",
            "TFTP is ready on 0.0.0.0:69.",
            "HTTP is ready on http://0.0.0.0:8067.",
            "Network lab (10.77.0.0/24), on lan0: gives addresses.",
        ], said.Where(line => !line.Contains("warning", StringComparison.Ordinal) && !line.Contains("Cordwain is ready", StringComparison.Ordinal)));

        Assert.Equal(0, await server.Stop(SoonEnough));
        Assert.False(File.Exists(Path.Combine(_folder.Data, "control.sock")));
    }

    [Fact]
    public async Task Without_a_configuration_it_is_a_proxy_on_the_networks_it_finds()
    {
        using var server = await RunningServer.Start(_network, null, _folder.Data);
        Assert.Contains(server.Lines, line => line.EndsWith("Network lan0 (10.77.0.0/24), on lan0: proxyDHCP, another server gives the addresses.", StringComparison.Ordinal));
        Assert.Contains(server.Lines, line => line.EndsWith("Cordwain is ready (no configuration file).", StringComparison.Ordinal));
        Assert.Contains("File                 none", Cordwain("check").Output, StringComparison.Ordinal);

        _network.AddLink("lan1", "10.78.0.1/24");
        await server.WaitFor("Network lan1 (10.78.0.0/24), on lan1: proxyDHCP");
        Assert.Equal(0, await server.Stop(SoonEnough));
    }

    [Theory]
    [InlineData("UDP4-RECV:67,bind=0.0.0.0", "67")]
    [InlineData("UDP4-RECV:69", "69")]
    [InlineData("TCP4-LISTEN:8067", "8067")]
    public async Task A_port_in_use_names_its_owner_and_ends_with_2(string socket, string port)
    {
        using var owner = _network.Start(null, "socat", "-d", "-d", socket, "STDOUT");
        await Said(owner, port == "8067" ? "listening on" : "starting data transfer loop");

        using var server = new RunningServer(_network, _config, _folder.Data);
        Assert.Equal(2, await server.Ended());
        var line = Assert.Single(server.Lines, line => line.Contains("error CW", StringComparison.Ordinal));
        Assert.Contains($"port {port}", line, StringComparison.Ordinal);
        Assert.Contains($"socat (pid {owner.Id})", line, StringComparison.Ordinal);

        var check = Cordwain("check", "--config", _config);
        Assert.Equal(1, check.ExitCode);
        Assert.Contains($"error CW4101: Port {port}/", check.Output, StringComparison.Ordinal);
        Assert.Contains($"socat (pid {owner.Id})", check.Output, StringComparison.Ordinal);
        owner.Kill();
        await owner.WaitForExitAsync(TestContext.Current.CancellationToken);
    }

    [Fact]
    public async Task A_wrong_configuration_is_refused_with_its_place()
    {
        var wrong = _folder.Write("wrong.yaml", "networks:\n  lab:\n    subnett: 10.77.0.0/24\n");
        using var server = new RunningServer(_network, wrong, _folder.Data);
        Assert.Equal(2, await server.Ended());
        Assert.Contains(server.Lines, line => line.Contains($"{wrong}:3:5: error CW4007", StringComparison.Ordinal));
        Assert.DoesNotContain(server.Lines, line => line.Contains("ready", StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_second_server_on_the_same_data_folder_is_refused()
    {
        using var first = await RunningServer.Start(_network, _config, _folder.Data);
        using var second = new RunningServer(_network, _config, _folder.Data);
        Assert.Equal(2, await second.Ended());
        Assert.Contains(second.Lines, line => line.Contains(_folder.Data, StringComparison.Ordinal));
        Assert.Equal(0, Cordwain("boots").ExitCode);
    }

    [Fact]
    public async Task A_changed_configuration_is_taken_and_a_wrong_one_refused_while_it_runs()
    {
        using var server = await RunningServer.Start(_network, _config, _folder.Data);
        Assert.Contains("FIRST", Menu(), StringComparison.Ordinal);

        _folder.Write("cordwain.yaml", Configuration.Replace("FIRST", "SECOND", StringComparison.Ordinal));
        await server.WaitFor("The configuration has changed");
        Assert.Contains("SECOND", Menu(), StringComparison.Ordinal);

        _folder.Write("cordwain.yaml", Configuration.Replace("title: FIRST", "tittle: THIRD", StringComparison.Ordinal));
        await server.WaitFor("The changed configuration is refused");
        Assert.Contains("error CW4007", await server.WaitFor(":9:3: "), StringComparison.Ordinal);
        Assert.Contains("SECOND", Menu(), StringComparison.Ordinal);

        var reload = Cordwain("reload");
        Assert.Equal(1, reload.ExitCode);
        Assert.Contains(":9:3: error CW4007", reload.Output, StringComparison.Ordinal);
        Assert.Contains("the old one stays in force", reload.Output, StringComparison.Ordinal);

        _folder.Write("cordwain.yaml", Configuration.Replace("FIRST", "FOURTH", StringComparison.Ordinal));
        Assert.Equal(0, Cordwain("reload").ExitCode);
        Assert.Contains("FOURTH", Menu(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_files_folder_that_is_named_later_is_served_at_once()
    {
        _folder.Write("tftp/hello.txt", "hello");
        using var server = await RunningServer.Start(_network, _config, _folder.Data);
        Assert.Equal("404", Get("hello.txt", "-o", "/dev/null", "-w", "%{http_code}"));

        _folder.Write("cordwain.yaml", Configuration + $"files: {_folder.Path}/tftp\n");
        Assert.Equal(0, Cordwain("reload").ExitCode);
        Assert.Equal("hello", Get("hello.txt"));
    }

    [Fact]
    public async Task Links_among_the_loaders_lead_neither_to_the_servers_data_nor_to_its_end()
    {
        _folder.Write("boot/hello.efi", "hello");
        _folder.Write("tftp/hello.txt", "hello");
        using var server = await RunningServer.Start(_network, _config, _folder.Data);
        File.CreateSymbolicLink(Path.Combine(_folder.Path, "boot/loop"), "loop");
        File.CreateSymbolicLink(Path.Combine(_folder.Path, "boot/state"), _folder.Data);
        File.CreateSymbolicLink(Path.Combine(_folder.Path, "tftp/leases.db"), Path.Combine(_folder.Data, "leases.db"));
        _folder.Write("cordwain.yaml", Configuration + $"files: {_folder.Path}/tftp\nloaders: [{_folder.Path}/boot, {_folder.Path}/boot/loop, {_folder.Path}]\n");
        Assert.Equal(0, Cordwain("reload").ExitCode);
        await server.WaitFor("CW2312");
        Assert.Equal("hello", Get("hello.efi"));
        Assert.Equal("hello", Get("hello.txt"));
        foreach (var name in (string[])["state/leases.db", "boot/state/leases.db", "data/leases.db", "data/journal.db", "leases.db"])
            Assert.Contains(Get(name, "-o", "/dev/null", "-w", "%{http_code}"), (string[])["403", "404"]);
        Assert.False(server.HasExited);
    }

    [Fact]
    public async Task A_network_that_we_are_to_serve_later_is_looked_at_first()
    {
        _network.AddLink("lan1", "10.78.0.1/24");
        var other = _network.AddHost("other", "lan1", "10.78.0.2/24");
        using var dnsmasq = _network.Start(other, "dnsmasq", "--no-daemon", "--conf-file=/dev/null", "--port=0", "--user=root", "--interface=eth0", "--bind-interfaces",
            "--dhcp-range=10.78.0.100,10.78.0.200", "--dhcp-authoritative", $"--dhcp-leasefile={_folder.Path}/other-leases");
        await Said(dnsmasq, "DHCP, sockets bound exclusively");
        using var server = await RunningServer.Start(_network, _config, _folder.Data);

        _folder.Write("cordwain.yaml", Configuration.Replace("menu:", "  late:\n    subnet: 10.78.0.0/24\n    dhcp: server\n    pool: 10.78.0.150-10.78.0.160\nmenu:", StringComparison.Ordinal));
        Assert.Equal(0, Cordwain("reload").ExitCode);
        var line = await server.WaitFor("error CW2007");
        Assert.Contains("10.78.0.2", line, StringComparison.Ordinal);
        Assert.Contains("the network late", line, StringComparison.Ordinal);

        dnsmasq.Kill();
        await dnsmasq.WaitForExitAsync(TestContext.Current.CancellationToken);
        _folder.Write("cordwain.yaml", Configuration);
        Assert.Equal(0, Cordwain("reload").ExitCode);
        _folder.Write("cordwain.yaml", Configuration.Replace("menu:", "  free:\n    subnet: 10.78.0.0/24\n    dhcp: server\n    pool: 10.78.0.150-10.78.0.160\nmenu:", StringComparison.Ordinal));
        Assert.Equal(0, Cordwain("reload").ExitCode);
        await server.WaitFor("No other DHCP server answers in free");
    }

    [Fact]
    public async Task After_a_client_had_an_address_the_other_verbs_tell_of_it()
    {
        var client = _network.AddHost("client", Bridge, null);
        using var server = await RunningServer.Start(_network, _config, _folder.Data);
        Assert.Equal("No machine has booted yet.", Cordwain("boots").Output.Trim());
        Assert.Equal("No address is given.", Cordwain("leases").Output.Trim());

        var udhcpc = _network.Run(client, TimeSpan.FromSeconds(30), "busybox", "udhcpc", "-i", "eth0", "-n", "-q", "-f", "-s", "/bin/true", "-V", "PXEClient:Arch:00000:UNDI:002001", "-O", "bootfile");
        Assert.True(udhcpc.ExitCode == 0, udhcpc.Output);

        var leases = Cordwain("leases");
        Assert.Contains("10.77.0.1", leases.Output, StringComparison.Ordinal);
        Assert.Contains(" lab ", leases.Output, StringComparison.Ordinal);
        Assert.Contains("\"network\":\"lab\"", Cordwain("leases", "--json").Output, StringComparison.Ordinal);
        Assert.Contains("ACK", Cordwain("boots", "show", "1").Output, StringComparison.Ordinal);
        Assert.Contains("=> ", Cordwain("boots", "show", "1", "--why").Output, StringComparison.Ordinal);
        Assert.Equal(1, Cordwain("boots", "show", "99").ExitCode);

        var explained = Cordwain("explain", "--config", _config, "--boot", "1");
        Assert.True(explained.ExitCode == 0, explained.Output);
        Assert.Contains("byte for byte", explained.Output, StringComparison.Ordinal);

        var check = Cordwain("check", "--config", _config);
        Assert.Contains("running, with this configuration", check.Output, StringComparison.Ordinal);
        Assert.Contains("note CW2008: Not asked: a server runs on this data folder", check.Output, StringComparison.Ordinal);
        Assert.DoesNotContain("error CW4101", check.Output, StringComparison.Ordinal);
        Assert.Equal(0, check.ExitCode);
    }

    (int ExitCode, string Output) Cordwain(params string[] arguments) =>
        _network.Run(null, TimeSpan.FromSeconds(60), "/bin/sh", ["-c", "cd / && exec \"$0\" \"$@\"", CommandLine.Program, .. arguments, "--data", _folder.Data]);

    string Menu() => Get("boot.ipxe?mac=52-54-00-00-00-01");

    string Get(string name, params string[] options) =>
        _network.Run(null, TimeSpan.FromSeconds(20), "curl", ["-s", .. options, "http://10.77.0.1:8067/" + name]).Output;

    /// <summary>Waits until a program has said a text on its standard error.</summary>
    static async Task Said(Process program, string text)
    {
        using var limit = new CancellationTokenSource(TimeSpan.FromSeconds(20));
        while (await program.StandardError.ReadLineAsync(limit.Token) is { } line)
        {
            if (line.Contains(text, StringComparison.Ordinal))
                return;
        }

        throw new InvalidOperationException($"The program ended without a word of '{text}'.");
    }
}
