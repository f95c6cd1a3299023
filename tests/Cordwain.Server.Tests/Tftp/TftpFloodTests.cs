using Cordwain.Server.Tests.Support;
using Cordwain.Server.Tftp;

namespace Cordwain.Server.Tests.Tftp;

[Collection(typeof(RunsAlone))]
public sealed class TftpFloodTests
{
    /// <summary>Few enough to wait in the socket of a server that does not get to run, so that none is lost.</summary>
    const int AtOnce = 50;

    [Fact]
    public void Thousands_of_half_open_transfers_are_bounded_and_a_good_client_is_served()
    {
        using var server = new TftpTestServer(new() { Port = 0, Address = TftpTestServer.Loopback, MaxTransfers = 500 });
        var file = server.Add("file", 100_000);
        var before = GC.GetTotalMemory(forceFullCollection: true);
        for (var sent = 0; sent < 3000;)
        {
            using (var forged = new TftpTestClient(server.EndPoint, $"127.9.{sent / 250}.{sent % 250 + 1}"))
                forged.Request("file", ("blksize", 1468), ("windowsize", 16));
            if (++sent % AtOnce == 0)
                Assert.True(SpinWait.SpinUntil(() => server.Counters.TransfersStarted == sent, TimeSpan.FromSeconds(30)));
        }

        using var client = new TftpTestClient(server.EndPoint);
        Assert.Equal(file, client.Fetch("file", 1468, 4));
        Assert.True(server.Transfers <= 500);
        Assert.True(GC.GetTotalMemory(forceFullCollection: true) - before < 16 << 20);
    }
}
