using System.Globalization;
using System.Security.Cryptography;
using Cordwain.Emulation;
using Cordwain.Tests.Support;

namespace Cordwain.Tests.Serve;

/// <summary>Damaged and forged traffic on every port at once: refused, without harm to the machines beside it.</summary>
[Trait("Category", "Real")]
public sealed class HostileTrafficTests : IDisposable
{
    const string GoodMac = "52:54:00:0d:00:01";
    const int Seconds = 20, MostGrowth = 64 << 10;

    static readonly TimeSpan Limit = TimeSpan.FromSeconds(30);

    readonly TestFolder _folder = new();
    readonly PrivateNetwork _network = new("evil");

    public void Dispose()
    {
        _network.Dispose();
        _folder.Dispose();
    }

    [Fact]
    public async Task A_good_machine_is_served_all_the_while_and_memory_stays()
    {
        _network.AddLink("lan0", "10.77.0.1/24");
        var good = _network.AddHost("good", "lan0", "10.77.0.50/24");
        var evil = _network.AddHost("evil", "lan0", "10.77.0.66/24", gateway: "10.77.0.1");
        _network.Run(good, Limit, "ip", "link", "set", "eth0", "address", GoodMac);
        var file = RandomNumberGenerator.GetBytes(200_000);
        var config = _folder.Write("cordwain.yaml", $$"""
            networks:
              lab:
                subnet: 10.77.0.0/24
                dhcp: server
                pool: 10.77.0.100-10.77.0.200
                reservations: { good: { mac: "{{GoodMac}}", address: 10.77.0.50 } }
                probe: false
                force: true
            files: {{_folder.Data}}-files

            """);
        Directory.CreateDirectory(_folder.Data + "-files");
        await File.WriteAllBytesAsync(_folder.Data + "-files/linux", file, TestContext.Current.CancellationToken);
        using var server = await RunningServer.Start(_network, config, _folder.Data);
        Serve(good, file);
        var before = server.ResidentKib;

        using var attack = _network.Start(evil, Path.Combine(AppContext.BaseDirectory, "Cordwain.Fuzz"),
            "--seconds", Seconds.ToString(CultureInfo.InvariantCulture), "--seed", "7", "--attack", "10.77.0.1");
        var served = 0;
        for (; !attack.HasExited; served++)
            Serve(good, file);
        Assert.True(attack.ExitCode == 0, await attack.StandardError.ReadToEndAsync(TestContext.Current.CancellationToken));

        Assert.True(served >= 3, $"the good machine was served {served} times only");
        Assert.InRange(server.ResidentKib - before, long.MinValue, MostGrowth);
        Assert.DoesNotContain(server.Lines, line => line.Contains("fault", StringComparison.OrdinalIgnoreCase) || line.Contains("Exception", StringComparison.Ordinal));
        Assert.Equal(0, await server.Stop(TimeSpan.FromSeconds(5)));
    }

    /// <summary>An address, a file by HTTP and the same by TFTP.</summary>
    void Serve(string host, byte[] file)
    {
        var address = _network.Run(host, Limit, "busybox", "udhcpc", "-f", "-n", "-q", "-t", "8", "-T", "1", "-i", "eth0", "-s", "/bin/true");
        Assert.True(address.Output.Contains("lease of 10.77.0.50 obtained", StringComparison.Ordinal), address.Output);
        var expected = Convert.ToHexStringLower(SHA256.HashData(file));
        foreach (var url in new[] { "http://10.77.0.1:8067/linux", "tftp://10.77.0.1/linux" })
        {
            var fetched = _network.Run(host, Limit, "/bin/sh", "-c", $"curl -s -m 20 {url} | sha256sum");
            Assert.True(fetched.Output.StartsWith(expected, StringComparison.Ordinal), $"{url}: {fetched.Output}");
        }
    }
}
