using System.Globalization;
using System.Net;
using Cordwain.Faults.Tests.Support;

namespace Cordwain.Faults.Tests;

/// <summary>More than there should be, and what should not be at all, on the wire: machines beside it are served.</summary>
[Trait("Category", "Real")]
public sealed class FloodTests(ITestOutputHelper output) : IDisposable
{
    static readonly TimeSpan Limit = TimeSpan.FromSeconds(30), Attack = TimeSpan.FromSeconds(8), SoonAfter = TimeSpan.FromSeconds(3);

    readonly FaultLab _lab = new("flood");

    public void Dispose() => _lab.Dispose();

    [Fact]
    public async Task A_flood_of_strangers_costs_no_holder_its_renewal_and_no_newcomer_its_address()
    {
        const int Holders = 200, Free = 100;
        using var server = await _lab.Start(_lab.Configure(Holders + Free));
        using var load = new LeaseLoad(_lab.Host, FaultLab.Relay, Holders + 50, seed: 6);
        load.TakeAll(Limit);
        foreach (var newcomer in load.Holders.Skip(Holders).ToArray())
            load.GiveBack(newcomer);
        var flood = _lab.Network.AddHost("flood", FaultLab.Bridge, "10.80.0.3/16");
        using var sender = Namespaces.Udp(flood, new(IPAddress.Parse("10.80.0.3"), 67));

        var sent = 0;
        using var stop = new CancellationTokenSource(Attack);
        var strangers = Task.Run(() =>
        {
            var (to, giaddr) = (new IPEndPoint(IPAddress.Parse("10.80.0.1"), 67), RelayedMessage.Number("10.80.0.3"));
            for (var start = Environment.TickCount64; !stop.IsCancellationRequested;)
            {
                // 500 in a second, and ten times as many in the second half.
                var passed = Environment.TickCount64 - start;
                var due = passed / 2 + Math.Max(0, passed - 4000) * 9 / 2;
                for (; sent < due; sent++)
                    sender.SendTo(RelayedMessage.Write(RelayedMessage.Discover, (uint)sent, 0x0200_0000_0000 + (ulong)sent, giaddr), to);
                stop.Token.WaitHandle.WaitOne(5);
            }
        }, TestContext.Current.CancellationToken);

        var (asked, confirmed, newcomers) = (0, 0, 0);
        while (!strangers.IsCompleted)
        {
            asked += Holders;
            confirmed += load.AskSome(Holders, Limit);
            if (newcomers < 40)
                newcomers += load.TakeOne(SoonAfter) ? 1 : 0;
        }

        await strangers;
        Assert.True(load.TakeOne(SoonAfter), "a newcomer got no address after the flood");
        output.WriteLine($"{sent} strangers; {confirmed} of {asked} renewals confirmed at the first or second asking, {newcomers} newcomers served meanwhile");
        Assert.InRange(confirmed, asked * 9 / 10, asked);
        Assert.InRange(newcomers, 1, 50);
        Assert.Empty(load.Faults);
    }

    [Fact]
    public async Task Frames_whose_headers_lie_disturb_nobody()
    {
        // The server also listens to whole frames while it looks for other servers: without force it does so at the start, under the attack.
        var config = _lab.Configure(300);
        var text = await File.ReadAllTextAsync(config, TestContext.Current.CancellationToken);
        await File.WriteAllTextAsync(config, text.Replace("    probe: false\n    force: true\n", "    probe: true\n", StringComparison.Ordinal), TestContext.Current.CancellationToken);
        var mac = _lab.Network.Run(null, Limit, "cat", $"/sys/class/net/{FaultLab.Bridge}/address").Output.Trim();
        var evil = _lab.Network.AddHost("evil", FaultLab.Bridge, "10.80.0.66/16");
        using var frames = new RawFrames(evil, "eth0");
        var lies = new LyingFrames([.. mac.Split(':').Select(octet => byte.Parse(octet, NumberStyles.HexNumber, CultureInfo.InvariantCulture))], seed: 8);

        var sent = 0;
        using var stop = new CancellationTokenSource();
        var attack = Task.Run(() =>
        {
            while (!stop.IsCancellationRequested)
            {
                for (var i = 0; i < 20; i++)
                    sent += lies.Next().Count(frames.Send);
                stop.Token.WaitHandle.WaitOne(10);
            }
        }, TestContext.Current.CancellationToken);

        using var load = new LeaseLoad(_lab.Host, FaultLab.Relay, 100, seed: 7);
        using var server = await _lab.Start(config);
        await server.WaitFor("No other DHCP server answers");
        load.TakeAll(Limit);
        Assert.Equal(100, load.Holders.Count());
        var before = server.ResidentKib;
        var rounds = 0;
        for (var end = Environment.TickCount64 + (long)Attack.TotalMilliseconds; Environment.TickCount64 < end; rounds++)
            Assert.Equal(100, load.AskAll(Limit));
        await stop.CancelAsync();
        await attack;

        output.WriteLine($"{sent} frames, {rounds} times a hundred machines confirmed");
        Assert.Empty(load.Faults);
        Assert.InRange(sent, 1000, int.MaxValue);
        Assert.InRange(server.ResidentKib - before, long.MinValue, 64 << 10);
        Assert.DoesNotContain(server.Lines, line => line.Contains("fault", StringComparison.OrdinalIgnoreCase) || line.Contains("Exception", StringComparison.Ordinal));
        Assert.Equal(0, await server.Stop(Limit));
    }

    /// <summary>In real time, so only in <c>./test long</c>; with a clock of its own in the unit tests.</summary>
    [Fact]
    public async Task A_client_that_asks_by_tftp_and_falls_silent_gets_six_packets_at_most()
    {
        var seconds = Environment.GetEnvironmentVariable("CORDWAIN_TEST_MODE") == "long" ? 35 : 4;
        _lab.Folder.Write("files/some.bin", new string('x', 100_000));
        using var server = await _lab.Start(_lab.Configure(10, more: $"files: {_lab.Folder.Path}/files"));
        using var client = Namespaces.Udp(_lab.Host, new(IPAddress.Any, 0));
        client.SendTo([0, 1, .. "some.bin"u8, 0, .. "octet"u8, 0], new IPEndPoint(IPAddress.Parse("10.80.0.1"), 69));
        var (packets, bytes, buffer) = (0, 0, new byte[2048]);
        for (var end = Environment.TickCount64 + seconds * 1000; Environment.TickCount64 < end;)
        {
            if (!client.Poll(100_000, System.Net.Sockets.SelectMode.SelectRead))
                continue;
            bytes += client.Receive(buffer);
            packets++;
        }

        output.WriteLine($"{packets} packets, {bytes} bytes in {seconds} s");
        Assert.InRange(packets, 1, 6);
        Assert.InRange(bytes, 1, 4096);
    }
}
