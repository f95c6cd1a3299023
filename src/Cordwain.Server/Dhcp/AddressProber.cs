using System.Net.Sockets;
using Cordwain.Management;
using Cordwain.Protocols.Wire;
using Cordwain.Server.Hosting;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace Cordwain.Server.Dhcp;

/// <summary>Looks ahead of demand whether free addresses are really free: by ARP on our own links, by ping beyond relays. No offer waits for it.</summary>
/// <remarks>Some 60 addresses in a second at most, so that a pool of 200 is known a few seconds after the start and the network does not notice.</remarks>
public sealed partial class AddressProber : IHostedService, IDisposable
{
    const int BatchSize = 32;

    static readonly TimeSpan LookAgainAfter = TimeSpan.FromSeconds(1);

    readonly IProbeTargets _targets;
    readonly DhcpService _dhcp;
    readonly TimeProvider _time;
    readonly ILogger<AddressProber> _logger;
    readonly Thread _thread;
    readonly Signal _wished = new();
    readonly Lock _sync = new();
    readonly List<Ipv4Address> _wishes = [];
    volatile bool _stopping;

    public AddressProber(IProbeTargets targets, DhcpService dhcp, TimeProvider time, ILogger<AddressProber> logger)
    {
        (_targets, _dhcp, _time, _logger) = (targets, dhcp, time, logger);
        _thread = new(Run) { IsBackground = true, Name = "address prober" };
    }

    public Task StartAsync(CancellationToken cancellationToken)
    {
        _dhcp.Engine.WorthProbing = Wish;
        _thread.Start();
        return Task.CompletedTask;
    }

    public Task StopAsync(CancellationToken cancellationToken)
    {
        _stopping = true;
        _wished.Set();
        if (_thread.IsAlive)
            _thread.Join();
        return Task.CompletedTask;
    }

    public void Dispose() => StopAsync(CancellationToken.None).GetAwaiter().GetResult();

    /// <summary>Puts addresses before all others. Never blocks; forgets wishes when there are far too many.</summary>
    public void Wish(IReadOnlyList<Ipv4Address> addresses)
    {
        lock (_sync)
        {
            if (_wishes.Count < 16 * BatchSize)
                _wishes.AddRange(addresses.Except(_wishes));
        }

        _wished.Set();
    }

    void Run()
    {
        while (!_stopping)
        {
            var batch = Next();
            if (batch.Count == 0)
            {
                _wished.Wait(LookAgainAfter);
                continue;
            }

            try
            {
                Report(Probe(batch));
            }
            catch (SocketException e) when (e.SocketErrorCode == SocketError.AccessDenied)
            {
                NotPossible(new("CW2010", Severity.Warning, $"Free addresses cannot be probed ({e.Message}): they are offered without knowing whether somebody took them by hand.",
                    "Give Cordwain CAP_NET_RAW, or set probe: false for the networks to say that this is wanted."));
                return;
            }
            catch (SocketException)
            {
                // The device went away under the probe; its addresses come up again.
                _wished.Wait(LookAgainAfter);
            }
        }
    }

    IReadOnlyList<Ipv4Address> Next()
    {
        lock (_sync)
        {
            if (_wishes.Count > 0)
            {
                var wishes = _wishes.Take(BatchSize).ToArray();
                _wishes.RemoveRange(0, wishes.Length);
                return wishes;
            }
        }

        IReadOnlyList<Ipv4Address> targets = [];
        OnEngine(() => targets = _targets.NextToProbe(BatchSize, _time.GetUtcNow()));
        return targets;
    }

    List<ProbeResult> Probe(IReadOnlyList<Ipv4Address> batch)
    {
        var results = new List<ProbeResult>(batch.Count);
        var distant = new List<Ipv4Address>(batch);
        foreach (var device in _dhcp.Served.Where(device => device.Mac is not null && OperatingSystem.IsLinux()))
        {
            var own = device.Addresses.Select(link => link.Address).ToHashSet();
            var near = distant.Where(address => device.Addresses.Any(link => link.Network.Contains(address))).ToHashSet();
            if (near.Count == 0)
                continue;

            distant.RemoveAll(near.Contains);
            results.AddRange(near.Where(own.Contains).Select(address => new ProbeResult(address, true, device.Mac)));
            near.ExceptWith(own);
            var found = ArpProbe.Ask(device, near);
            results.AddRange(near.Select(address => found.TryGetValue(address, out var mac) ? new ProbeResult(address, true, mac) : new(address, false, null)));
        }

        if (distant.Count > 0)
        {
            var found = PingProbe.Ask(distant);
            results.AddRange(distant.Select(address => new ProbeResult(address, found.Contains(address), null)));
        }

        return results;
    }

    void Report(List<ProbeResult> results) => OnEngine(() =>
    {
        var now = _time.GetUtcNow();
        foreach (var result in results)
        {
            if (_targets.Found(result, now))
                InUse(result.Address, result.By);
        }
    });

    /// <summary>The lease table is used by one thread at a time, in the engine's turn; gives up waiting when either ends.</summary>
    void OnEngine(Action action)
    {
        var done = new Signal();
        _dhcp.Engine.Post(() =>
        {
            try
            {
                action();
            }
            finally
            {
                done.Set();
            }
        });
        while (!_stopping && !done.Wait(LookAgainAfter))
        {
        }
    }

    [LoggerMessage(2041, LogLevel.Warning, "{Address} is in use by {Mac}, which did not get it here: it is not offered.")]
    partial void InUse(Ipv4Address address, MacAddress? mac);

    [LoggerMessage(2042, LogLevel.Warning, "{Problem}")]
    partial void NotPossible(Problem problem);
}
