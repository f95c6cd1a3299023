using System.Diagnostics;
using System.Net;
using Cordwain.Faults.Tests.Support;

namespace Cordwain.Faults.Tests;

/// <summary>Interfaces go down and up, get another address, come and go, while the server runs: it follows without a restart.</summary>
[Trait("Category", "Real")]
public sealed class InterfaceTests(ITestOutputHelper output) : IDisposable
{
    const string Text = "a file of some use";

    // What is asked for is two seconds; what is found is printed. A loaded machine must not make the test fail.
    static readonly TimeSpan Limit = TimeSpan.FromSeconds(10), Moment = TimeSpan.FromSeconds(1);

    readonly FaultLab _lab = new("link");

    string Files => $"files: {_lab.Folder.Path}/files\n";

    public void Dispose() => _lab.Dispose();

    [Fact]
    public async Task A_link_that_was_down_is_served_again_by_every_protocol()
    {
        _lab.Folder.Write("files/some.txt", Text);
        using var server = await _lab.Start(_lab.Configure(100, more: Files));
        using var load = new LeaseLoad(_lab.Host, FaultLab.Relay, 20, seed: 1);
        load.TakeAll(Limit);
        for (var round = 0; round < 3; round++)
        {
            Ip("link", "set", FaultLab.Bridge, "down");
            load.Run(TimeSpan.FromMilliseconds(200));
            Ip("link", "set", FaultLab.Bridge, "up");
            await Served($"link up, round {round}", load, "10.80.0.1");
        }

        Assert.Equal(load.Holders.Count(), load.AskAll(Limit));
        Assert.Empty(load.Faults);
        Assert.Equal(0, await server.Stop(Limit));
    }

    [Fact]
    public async Task After_a_change_of_address_everything_comes_from_the_new_one_only()
    {
        _lab.Folder.Write("files/some.txt", Text);
        using var server = await _lab.Start(_lab.Configure(100, more: Files));
        using var load = new LeaseLoad(_lab.Host, FaultLab.Relay, 20, seed: 1);
        load.TakeAll(Limit);
        using var local = Namespaces.Udp(_lab.Host, new(IPAddress.Any, 68));
        local.SetRawSocketOption(1, 25, "eth0\0"u8);   // SO_BINDTODEVICE: a broadcast needs no route then
        Assert.Equal(("10.80.0.1", "10.80.0.1"), Discover(local, 1));

        Ip("addr", "add", "10.80.0.9/16", "dev", FaultLab.Bridge);
        Ip("addr", "del", "10.80.0.1/16", "dev", FaultLab.Bridge);
        var changed = Stopwatch.GetTimestamp();
        (load.Server, var before) = ("10.80.0.9", load.ServersNamed.ToArray());
        Assert.Equal(["10.80.0.1"], before);
        // When the first address of a network goes, the kernel takes the other with it unless it is told otherwise.
        if (!_lab.Network.Run(null, Limit, "ip", "-br", "addr", "show", FaultLab.Bridge).Output.Contains("10.80.0.9", StringComparison.Ordinal))
            Ip("addr", "add", "10.80.0.9/16", "dev", FaultLab.Bridge);

        (string From, string Named)? answer;
        uint xid = 2;
        do
            answer = Discover(local, xid++);
        while (answer != ("10.80.0.9", "10.80.0.9") && Stopwatch.GetElapsedTime(changed) < Limit);
        output.WriteLine($"the first answer from the new address after {Stopwatch.GetElapsedTime(changed).TotalMilliseconds:0} ms");
        for (var i = 0; i < 50; i++)
            Assert.Equal(("10.80.0.9", "10.80.0.9"), Discover(local, xid++));

        load.ServersNamed.Clear();
        await Served("another address", load, "10.80.0.9");
        Assert.Equal(load.Holders.Count(), load.AskAll(Limit));
        Assert.Equal(["10.80.0.9"], load.ServersNamed);
        Assert.Empty(load.Faults);
    }

    [Fact]
    public async Task An_interface_that_appears_later_is_served_and_again_after_it_was_replaced()
    {
        _lab.Folder.Write("files/some.txt", Text);
        var config = _lab.Configure(100, more: $$"""
            dhcp: { interfaces: [lan0, lan1] }
            {{Files}}
            """);
        await File.WriteAllTextAsync(config, (await File.ReadAllTextAsync(config, TestContext.Current.CancellationToken)).Replace("networks:\n", """
            networks:
              late: { subnet: 10.81.0.0/16, dhcp: server, pool: 10.81.1.0-10.81.1.100, probe: false, force: true }

            """, StringComparison.Ordinal), TestContext.Current.CancellationToken);
        using var server = await _lab.Start(config);
        for (var round = 0; round < 2; round++)
        {
            _lab.Network.AddLink("lan1", "10.81.0.1/16");
            var appeared = Stopwatch.GetTimestamp();
            var host = _lab.Network.AddHost("late" + round, "lan1", "10.81.0.2/16");
            using var load = new LeaseLoad(host, "10.81.0.2", 5, seed: round, firstMac: 0x5254_0001_0000 + (ulong)round * 256, server: "10.81.0.1");
            load.TakeAll(Limit);
            output.WriteLine($"five machines on the new interface have addresses {Stopwatch.GetElapsedTime(appeared).TotalMilliseconds:0} ms after it appeared");
            Assert.Equal(5, load.Holders.Count());
            await Served("hot plug", load, "10.81.0.1", host);
            Ip("link", "del", "lan1");
        }
    }

    /// <summary>DHCP, TFTP and HTTP, each as soon as it can be had.</summary>
    Task Served(string what, LeaseLoad load, string server, string? host = null)
    {
        var from = Stopwatch.GetTimestamp();
        Assert.True(load.WaitUntilServed(Limit), $"{what}: no DHCP");
        var text = $"{what}: DHCP after {Stopwatch.GetElapsedTime(from).TotalMilliseconds:0} ms";
        foreach (var url in new[] { $"tftp://{server}/some.txt", $"http://{server}:8067/some.txt" })
        {
            var got = "";
            while (got != Text && Stopwatch.GetElapsedTime(from) < Limit)
                got = _lab.Network.Run(host ?? _lab.Host, Limit, "curl", "-s", "-m", "1", url).Output;
            Assert.Equal(Text, got);
            text += $", {url[..4]} after {Stopwatch.GetElapsedTime(from).TotalMilliseconds:0} ms";
        }

        output.WriteLine(text);
        return Task.CompletedTask;
    }

    /// <summary>A machine on the link itself asks by broadcast.</summary>
    /// <returns>Who sent the answer, and who it names; null: no answer.</returns>
    static (string From, string Named)? Discover(System.Net.Sockets.Socket local, uint xid)
    {
        var message = RelayedMessage.Write(RelayedMessage.Discover, xid, 0x5254_0009_0009, giaddr: 0);
        message[10] = 0x80;
        local.SendTo(message, new IPEndPoint(IPAddress.Broadcast, 67));
        var buffer = new byte[2048];
        for (var end = Environment.TickCount64 + 200; Environment.TickCount64 < end && local.Poll(50_000, System.Net.Sockets.SelectMode.SelectRead);)
        {
            EndPoint from = new IPEndPoint(IPAddress.Any, 0);
            var length = local.ReceiveFrom(buffer, ref from);
            if (RelayedMessage.TryRead(buffer.AsSpan(0, length), out var answer) && answer.Xid == xid)
                return (((IPEndPoint)from).Address.ToString(), RelayedMessage.Text(answer.Server));
        }

        return null;
    }

    void Ip(params string[] arguments)
    {
        var (code, output) = _lab.Network.Run(null, Moment * 5, "ip", arguments);
        Assert.True(code == 0, output);
    }
}
