using System.Diagnostics;
using System.Runtime.InteropServices;
using Cordwain.Protocols.Wire;
using Cordwain.Server.Tftp;

namespace Cordwain.Server.Tests.Tftp;

/// <summary>A machine with several addresses, in a network namespace of the test's own thread.</summary>
[Trait("Category", "Real")]
public sealed partial class TftpAddressTests
{
    static readonly TftpSettings AllAddresses = new() { Port = 0, MaxRequestsPerSecondPerAddress = 100_000 };

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void The_answer_leaves_from_the_address_that_was_asked(bool singlePort) => InNamespace(() =>
    {
        using var server = new TftpTestServer(AllAddresses with { SinglePort = singlePort });
        var file = server.Add("file", 50_000);
        foreach (var address in new[] { "10.77.0.1", "10.77.0.2", "10.78.0.1", "127.0.0.1", "127.3.2.1" })
        {
            var port = server.EndPoint.Port;
            // Left to itself, the system would answer each from the client's own address, the nearest.
            using var client = new TftpTestClient(new(System.Net.IPAddress.Parse(address), port), address.StartsWith("127", StringComparison.Ordinal) ? "127.0.0.77" : "10.78.0.1");
            Assert.Equal(file, client.Fetch("file", 1000, 4));
            Assert.Equal((address, singlePort), (client.From.Address.ToString(), client.From.Port == port));
            Assert.Equal(address, server.Files.Last!.Server.ToString());
        }
    });

    [Theory]
    [InlineData("10.77.0.255")]
    [InlineData("255.255.255.255")]
    public void A_request_to_everybody_is_not_answered(string address) => InNamespace(() =>
    {
        using var server = new TftpTestServer(AllAddresses);
        server.Add("file", 10);
        using var client = new TftpTestClient(new(System.Net.IPAddress.Parse(address), server.EndPoint.Port), "10.77.0.1", broadcast: true);
        client.Request("file");
        Assert.Equal(("nothing", 0), (client.Hear(100), server.Files.Opened));
    });

    [Theory]
    [InlineData(7)]
    [InlineData(19)]
    [InlineData(53)]
    [InlineData(1023)]
    public void A_request_from_a_port_of_another_service_is_not_answered(int port) => InNamespace(() =>
    {
        using var server = new TftpTestServer();
        server.Add("file", 10);
        using var client = new TftpTestClient(server.EndPoint, port: port);
        client.Request("file");
        client.SendTo(server.EndPoint, [0, 9]);
        Assert.Equal(("nothing", 0), (client.Hear(100), server.Files.Opened));
    });

    [Fact]
    public void A_block_fits_the_mtu_of_the_interface() => InNamespace(() =>
    {
        var interfaces = new LocalInterfaces(TimeProvider.System);
        Assert.Equal(1400 - 32, interfaces.LargestBlock(Ipv4Address.Parse("10.77.0.1"), Ipv4Address.Parse("10.77.0.130")));
        Assert.Equal(1500 - 32, interfaces.LargestBlock(Ipv4Address.Parse("10.78.0.1"), Ipv4Address.Parse("10.77.0.130")));
        Assert.Equal(int.MaxValue, interfaces.LargestBlock(Ipv4Address.Parse("10.77.0.1"), Ipv4Address.Parse("10.77.0.1")));
    });

    /// <summary>What the system would not send as a message to be cut, it sends in fragments.</summary>
    [Theory]
    [InlineData(1)]
    [InlineData(3)]
    public void A_block_larger_than_the_mtu_reaches_a_client_on_this_machine(int window) => InNamespace(() =>
    {
        Ip("link set lo mtu 1400");
        using var server = new TftpTestServer(AllAddresses);
        var file = server.Add("file", 100_000);
        using var client = new TftpTestClient(new(System.Net.IPAddress.Parse("10.77.0.1"), server.EndPoint.Port), "10.78.0.1");
        Assert.Equal(file, client.Fetch("file", 8192, window));
        Assert.Equal((1, 0), (server.Counters.MessagesSentAnotherWay, server.Counters.MessagesNotSent));   // and then not tried again
    });

    [Fact]
    public void An_address_that_came_later_is_answered() => InNamespace(() =>
    {
        var clock = new Microsoft.Extensions.Time.Testing.FakeTimeProvider();
        var interfaces = new LocalInterfaces(clock);
        var address = Ipv4Address.Parse("10.79.0.1");
        Assert.False(interfaces.Owns(address));
        Ip("addr add 10.79.0.1/24 dev cw-a");
        Assert.False(interfaces.Owns(address));   // asked too often
        clock.Advance(TimeSpan.FromSeconds(2));
        Assert.True(interfaces.Owns(address));
    });

    /// <summary>Runs on a thread with two cards: 10.77.0.1 and .2 behind an MTU of 1400, and 10.78.0.1.</summary>
    static void InNamespace(Action test)
    {
        System.Runtime.ExceptionServices.ExceptionDispatchInfo? failure = null;
        var thread = new Thread(() =>
        {
            try
            {
                const int newNetwork = 0x40000000;
                Assert.True(Unshare(newNetwork) == 0, "a network namespace takes root");
                Ip("link set lo up");
                Ip("link add cw-a type veth peer name cw-a1");
                Ip("link add cw-b type veth peer name cw-b1");
                Ip("link set cw-a mtu 1400 up");
                Ip("link set cw-b up");
                Ip("addr add 10.77.0.1/24 brd + dev cw-a");
                Ip("addr add 10.77.0.2/24 dev cw-a");
                Ip("addr add 10.78.0.1/24 dev cw-b");
                test();
            }
            catch (Exception e)
            {
                failure = System.Runtime.ExceptionServices.ExceptionDispatchInfo.Capture(e);
            }
        });
        thread.Start();
        thread.Join();
        failure?.Throw();
    }

    static void Ip(string arguments)
    {
        using var process = Process.Start("ip", arguments);
        process.WaitForExit();
        Assert.True(process.ExitCode == 0, $"ip {arguments}");
    }

    [LibraryImport("libc", EntryPoint = "unshare", SetLastError = true)]
    private static partial int Unshare(int flags);
}
