using System.Collections.Concurrent;
using System.Diagnostics;
using System.Text;
using Cordwain.Boot.Machines;
using Cordwain.Management.Scripts;
using Cordwain.Protocols.Pxe;
using Cordwain.Protocols.Wire;

namespace Cordwain.Storm;

/// <summary>What the machines of a storm share.</summary>
sealed record StormWorld(StormPlan Plan, DhcpConversations Dhcp, StormWatch Watch, StormTally Tally)
{
    public SharedContents Contents { get; } = new();

    /// <summary>Which machine holds an address.</summary>
    public ConcurrentDictionary<Ipv4Address, StormLease> Leases { get; } = new();

    /// <summary>How many machines each server gave an address, or a file where it gives none.</summary>
    public ConcurrentDictionary<Ipv4Address, int> Servers { get; } = new();
}

sealed record StormLease(int Machine, PxeClient Client, Ipv4Address Server);

/// <summary>One machine's boot: what it is told is what it does.</summary>
sealed class StormMachine(StormWorld world, int number)
{
    readonly StormPlan _plan = world.Plan;
    readonly long _begun = Stopwatch.GetTimestamp();
    readonly List<(StormStep, TimeSpan)> _steps = new(6);
    readonly Ipv4Address? _from = world.Plan.From is { IsEmpty: false } own ? own[number % own.Length] : null;
    StormStep _at;
    TimeSpan? _toMenu;

    /// <summary>Never throws: what goes wrong is the result.</summary>
    public async Task<StormResult> Boot(CancellationToken stop)
    {
        world.Tally.Start();
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(stop);
        limit.CancelAfter(_plan.Timeout);
        try
        {
            return Result(null, await Run(limit.Token));
        }
        catch (StormException e)
        {
            return Result(e.Kind, e.Message);
        }
        catch (OperationCanceledException)
        {
            return Result(StormFailures.Timeout, stop.IsCancellationRequested ? "stopped" : $"at the step {StormReport.NameOf(_at)}");
        }
        catch (Exception e)
        {
            return Result(StormFailures.Fault, $"{e.GetType().Name}: {e.Message}");
        }
    }

    /// <returns>How it ended.</returns>
    async Task<string> Run(CancellationToken stop)
    {
        var firmware = _plan.FirmwareOf(number);
        var client = ClientOf(firmware);
        var first = await In(StormStep.Dhcp, () => Ask(client, stop));
        if (_plan.Goal == StormGoal.Address)
            return "address";

        var loader = _plan.Loader ?? first.BootFile;
        if (Uri.TryCreate(loader, UriKind.Absolute, out var url) && url.Scheme is not "file")
            await In(StormStep.Loader, () => FetchLoader(url, firmware, stop));
        else
            await In(StormStep.Loader, () => FetchByTftp(first.NextServer, loader, firmware, stop));
        if (_plan.Goal == StormGoal.Loader)
            return "loader";

        var second = await In(StormStep.DhcpAgain, () => Ask(client with { Kind = PxeClientKind.Ipxe }, stop));
        var settings = SettingsOf(client, second);
        var script = await In(StormStep.Menu, () => FetchScript(_plan.Script ?? AddressOf(settings.Expand(second.BootFile), second.NextServer), stop));
        _toMenu = Stopwatch.GetElapsedTime(_begun);
        if (_plan.Goal == StormGoal.Menu)
            return "menu";
        if (!IpxeWalk.IsScript(script.Text))
            return $"program {second.BootFile}";
        // A script that ends gives the machine back to its firmware, which goes on with the next device.
        return await new StormScript(Fetch, FetchScript, settings, _plan.Entry).Follow(script, stop) is { Length: > 0 } end ? end : "local disk";
    }

    async Task<PxeAnswer> Ask(PxeClient client, CancellationToken stop)
    {
        var exchange = await world.Dhcp.Talk(client, stop);
        if (exchange.Lease is { } lease)
        {
            var holder = world.Leases.GetOrAdd(lease.Address, new StormLease(number, client, lease.Server));
            if (holder.Machine != number)
                throw new StormException(StormFailures.TwoHolders, $"{lease.Address} was given to {_plan.MacOf(holder.Machine)} and to {client.Mac}");
        }

        // Addresses alone need no file.
        var answer = exchange.Answer;
        if (answer is null && exchange.Failure == PxeFailure.NoBootFile && (_plan.Goal == StormGoal.Address || Replaced(client)))
            answer = new(exchange.Lease!.Value.Address, exchange.Lease.Value.Server, exchange.Lease.Value.Server, "");
        if (answer is null)
            throw new StormException(StormFailures.Of(exchange.Failure), $"{client.Mac} as {client.Kind.ToString().ToLowerInvariant()}");
        if (client.Kind != PxeClientKind.Ipxe)
            world.Servers.AddOrUpdate(answer.Server, 1, (_, count) => count + 1);
        return answer;
    }

    /// <summary>The user names what this program would otherwise be told.</summary>
    bool Replaced(PxeClient client) => client.Kind == PxeClientKind.Ipxe ? _plan.Script is not null : _plan.Loader is not null;

    async Task<bool> FetchLoader(Uri url, StormFirmware firmware, CancellationToken stop)
    {
        if (url.Scheme == "tftp")
            return await FetchByTftp(Address(url), Uri.UnescapeDataString(url.AbsolutePath.TrimStart('/')), firmware, stop);
        if (firmware == StormFirmware.Http)
            await FetchByHttp(url, HttpBody.None, stop);   // EDK2 asks for the length first
        using var fetched = await FetchByHttp(url, HttpBody.Sum, stop);
        world.Contents.Compare(url.AbsoluteUri, fetched.Length, fetched.Sum.Value);
        return true;
    }

    async Task<bool> FetchByTftp(Ipv4Address server, string name, StormFirmware firmware, CancellationToken stop)
    {
        var (block, window) = firmware == StormFirmware.Bios ? (1456, 1) : (1468, 4);
        if (firmware != StormFirmware.Bios)
            (await Tftp(TftpFetch.Read(name, 0, 1, sizeOnly: true), server, keep: false, stop)).Dispose();
        using var fetched = await Tftp(TftpFetch.Read(name, _plan.BlockSize ?? block, _plan.WindowSize ?? window), server, keep: false, stop);
        world.Contents.Compare($"tftp://{server}/{name}", fetched.Download.Received, fetched.Sum.Value);
        return true;
    }

    async Task<StormText> FetchScript(Uri url, CancellationToken stop)
    {
        if (url.Scheme == "tftp")
        {
            using var read = await Tftp(TftpFetch.Read(Uri.UnescapeDataString(url.AbsolutePath.TrimStart('/')), 1432, 1), Address(url), keep: true, stop);
            return new(url, Encoding.UTF8.GetString(read.Kept.Span));
        }

        using var fetched = await FetchByHttp(url, HttpBody.Keep, stop);
        return new(fetched.Source!, Encoding.UTF8.GetString(fetched.Kept.Span));
    }

    /// <summary>A kernel or an initrd.</summary>
    Task<bool> Fetch(bool isKernel, Uri url, CancellationToken stop) => In(isKernel ? StormStep.Kernel : StormStep.Initrd, async () =>
    {
        if (url.Scheme == "tftp")
        {
            using var read = await Tftp(TftpFetch.Read(Uri.UnescapeDataString(url.AbsolutePath.TrimStart('/')), 1432, 1), Address(url), keep: false, stop);
            world.Contents.Compare(url.AbsoluteUri, read.Download.Received, read.Sum.Value);
            return true;
        }

        using var fetched = await FetchByHttp(url, _plan.Verify ? HttpBody.Sum : HttpBody.Discard, stop);
        world.Contents.Compare(url.AbsoluteUri, fetched.Length, fetched.Sum.Value);
        return true;
    });

    async Task<TftpFetch> Tftp(Cordwain.Protocols.Tftp.TftpDownload download, Ipv4Address server, bool keep, CancellationToken stop)
    {
        var fetch = new TftpFetch(download, server, _from, keep: keep);
        world.Watch.Add(fetch);
        try
        {
            await fetch.Run(stop);
            return fetch;
        }
        catch
        {
            fetch.Dispose();
            throw;
        }
        finally
        {
            world.Watch.Remove(fetch);
            world.Tally.Resent(download.Resends, download.Duplicates);
            world.Tally.Fetched(download.Received);
        }
    }

    async Task<HttpFetch> FetchByHttp(Uri url, HttpBody want, CancellationToken stop)
    {
        var fetch = new HttpFetch(_from, want);
        world.Watch.Add(fetch);
        try
        {
            await fetch.Run(url, stop);
            return fetch;
        }
        catch
        {
            fetch.Dispose();
            throw;
        }
        finally
        {
            world.Watch.Remove(fetch);
            world.Tally.Fetched(want == HttpBody.None ? 0 : fetch.Length);
        }
    }

    async Task<T> In<T>(StormStep step, Func<Task<T>> work)
    {
        _at = step;
        var start = Stopwatch.GetTimestamp();
        world.Tally.Enter(step);
        try
        {
            var result = await work();
            _steps.Add((step, Stopwatch.GetElapsedTime(start)));
            return result;
        }
        finally
        {
            world.Tally.Leave(step);
        }
    }

    StormResult Result(StormFailureKind? failure, string detail)
    {
        world.Tally.End(failure is null);
        return new(Stopwatch.GetElapsedTime(_begun), failure, detail) { At = _at, ToMenu = _toMenu, Steps = _steps };
    }

    PxeClient ClientOf(StormFirmware firmware)
    {
        var mac = _plan.MacOf(number);
        // Its own for each machine, and the same in each run with the same MAC addresses.
        var uuid = new Guid(0x73746f72, 0x6d, 0x4000, [0x80, 0, .. mac.ToArray()]);
        return firmware switch
        {
            StormFirmware.Bios => new(mac, uuid, 0, PxeClientKind.Firmware),
            StormFirmware.Http => new(mac, uuid, 16, PxeClientKind.HttpFirmware),
            _ => new(mac, uuid, 7, PxeClientKind.Firmware),
        };
    }

    static IpxeSettings SettingsOf(PxeClient client, PxeAnswer answer) => new()
    {
        ["mac"] = client.Mac.ToString(),
        ["uuid"] = client.Uuid.ToString(),
        ["ip"] = answer.Address.ToString(),
        ["next-server"] = answer.NextServer.ToString(),
        ["dhcp-server"] = answer.Server.ToString(),
        ["filename"] = answer.BootFile,
        ["platform"] = new ClientArchitecture(client.Architecture).Platform == Platform.Bios ? "pcbios" : "efi",
        ["buildarch"] = client.Architecture == 0 ? "i386" : "x86_64",
        ["manufacturer"] = "Cordwain",
        ["product"] = "storm",
        ["version"] = "1.0.0",
    };

    /// <summary>A name without a scheme is the TFTP server's.</summary>
    static Uri AddressOf(string file, Ipv4Address server) =>
        Uri.TryCreate(file, UriKind.Absolute, out var url) && url.Scheme is not "file" ? url : new Uri($"tftp://{server}/{file.TrimStart('/')}");

    static Ipv4Address Address(Uri url) => Ipv4Address.TryParse(url.Host, out var address)
        ? address : throw new StormException(StormFailures.NotSupported, $"{url}: TFTP servers are named by address here");
}
