using System.Net.Sockets;
using Cordwain.Protocols.Pxe;
using Cordwain.Protocols.Tftp;
using Cordwain.Protocols.Wire;
using Cordwain.Server.Hosting;
using Cordwain.Storm;

namespace Cordwain.Tests.Storm;

/// <summary>All machines share a socket for DHCP and a thread that watches their clocks: one must not spoil them for the others.</summary>
public sealed class StormThreadTests
{
    static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Fact]
    public void Machines_on_many_threads_send_one_at_a_time()
    {
        using var watch = new StormWatch();
        using var socket = new JealousSocket();
        var plan = new StormPlan { Device = new(2, "eth0"), FirstMac = MacAddress.Parse("02:ab:cd:00:00:00") };
        using (var dhcp = new DhcpConversations(plan, watch, new(), socket))
        {
            var client = new PxeClient(plan.FirstMac, Guid.Empty, 7, PxeClientKind.Firmware);
            Parallel.For(0, 4000, new() { MaxDegreeOfParallelism = 8, CancellationToken = Stop }, _ => dhcp.Release(client, new(1), new(2)));
        }

        Assert.Equal((4000, 0), (socket.Sent, socket.Collisions));
    }

    [Fact]
    public async Task A_watch_outlives_what_fails_under_it()
    {
        using var watch = new StormWatch();
        var (first, second) = (new Failing(), new Failing());
        watch.Add(first);
        first.Arm();
        Assert.Equal("no network", (await first.Broken.WaitAsync(Stop)).Message);
        watch.Add(second);
        second.Arm();
        await second.Broken.WaitAsync(Stop);
    }

    [Fact]
    public void A_fetch_whose_machine_has_ended_may_still_be_looked_at()
    {
        var fetch = Fetch(Ipv4Address.Parse("127.0.0.1"));
        fetch.Dispose();
        fetch.LookAt(long.MaxValue);
    }

    [Fact]
    public async Task A_repeat_that_cannot_be_sent_ends_the_fetch_with_its_reason()
    {
        using var fetch = Fetch(Ipv4Address.Broadcast);   // not allowed on this socket
        fetch.LookAt(long.MaxValue);
        var failure = await Assert.ThrowsAsync<StormException>(() => fetch.Run(Stop));
        Assert.Equal((StormFailures.TftpSilent, new SocketException((int)SocketError.AccessDenied).Message), (failure.Kind, failure.Message));
    }

    static TftpFetch Fetch(Ipv4Address server) => new(TftpFetch.Read("file", 1468, 1), server, null);

    sealed class Failing : Watched
    {
        readonly TaskCompletionSource<Exception> _broken = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public Task<Exception> Broken => _broken.Task;

        public void Arm() => WaitFor(TimeSpan.Zero);

        protected override void OnSilence() => throw new SocketException((int)SocketError.NetworkUnreachable, "no network");

        protected override void OnBroken(Exception e) => _broken.TrySetResult(e);
    }

    /// <summary>Notices when two threads send at a time.</summary>
    sealed class JealousSocket : IDatagramSocket
    {
        readonly ManualResetEventSlim _closed = new();
        int _inside, _collisions;

        public int Port => 67;

        public int Sent { get; private set; }

        public int Collisions => _collisions;

        public bool Receive(DatagramSink sink, bool wait = true)
        {
            _closed.Wait();
            return false;
        }

        public bool Queue(ReadOnlySpan<byte> payload, Ipv4Address from, Ipv4Address to, int port)
        {
            if (Interlocked.Increment(ref _inside) != 1)
                Interlocked.Increment(ref _collisions);
            Thread.Yield();
            Sent++;
            return true;
        }

        public int Flush()
        {
            Interlocked.Decrement(ref _inside);
            return 0;
        }

        public void Close() => _closed.Set();

        public void Dispose() => _closed.Dispose();
    }
}
