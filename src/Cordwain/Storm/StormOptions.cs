using System.Collections.Immutable;
using System.CommandLine;
using System.Globalization;
using Cordwain.Protocols.Wire;
using Cordwain.Server.Hosting;

namespace Cordwain.Storm;

/// <summary>The words of the command line, and what they make of a plan.</summary>
sealed class StormOptions
{
    const int MostMachines = 100_000, MostSources = 4096;

    readonly Option<string?> _server = new("--server") { Description = "The DHCP server; beside --interface, the only one whose offers are taken.", HelpName = "IP" };
    readonly Option<string?> _relay = new("--relay") { Description = "Stand in for a relay: an address of this host in the machines' network, to which the server answers.", HelpName = "IP" };
    readonly Option<string?> _interface = new("--interface", "-i") { Description = "Broadcast on this interface instead.", HelpName = "NAME" };
    readonly Option<int> _machines = new("--machines", "-n") { Description = "How many.", HelpName = "N", DefaultValueFactory = _ => 20 };
    readonly Option<double> _rate = new("--rate") { Description = "Switch on so many a second. Default: all at once.", HelpName = "N" };
    readonly Option<int> _atOnce = new("--at-once") { Description = "At most so many on the way at a time.", HelpName = "N" };
    readonly Option<double> _timeout = new("--timeout") { Description = "Seconds that one machine has.", HelpName = "SECONDS", DefaultValueFactory = _ => 60 };
    readonly Option<string> _firmware = new("--firmware") { Description = "bios, uefi, http (UEFI HTTP Boot), or several with commas, in turn.", HelpName = "KINDS", DefaultValueFactory = _ => "uefi" };
    readonly Option<bool> _proxy = new("--proxy") { Description = "Ask the proxy alone (proxyDHCP, port 4011), and nobody for an address." };
    readonly Option<StormGoal> _until = new("--until") { Description = "How far they go.", HelpName = "address|loader|menu|done", DefaultValueFactory = _ => StormGoal.Done };
    readonly Option<string?> _entry = new("--entry") { Description = "Choose this entry in the menu. Default: the menu's default.", HelpName = "NAME" };
    readonly Option<string?> _loader = new("--loader") { Description = "Fetch this instead of the loader that the server names: a name or a URL.", HelpName = "FILE" };
    readonly Option<string?> _script = new("--script") { Description = "Fetch this script instead of the one that the server names.", HelpName = "URL" };
    readonly Option<string?> _from = new("--from") { Description = "Fetch files from these addresses of this host, in turn: one, or FIRST-LAST.", HelpName = "IPS" };
    readonly Option<string?> _mac = new("--mac-prefix") { Description = "First three bytes of the MAC addresses. Default: others in each run.", HelpName = "02:AB:CD" };
    readonly Option<int?> _blockSize = new("--blksize") { Description = "TFTP block size. Default: the firmware's.", HelpName = "BYTES" };
    readonly Option<int?> _window = new("--windowsize") { Description = "TFTP window. Default: the firmware's.", HelpName = "BLOCKS" };
    readonly Option<bool> _verify = new("--verify") { Description = "Compare every byte that two machines got, not only lengths (loaders always are)." };
    readonly Option<bool> _keep = new("--keep-leases") { Description = "Do not give the addresses back at the end." };
    readonly Option<bool> _public = new("--public") { Description = "Allow a server that has no private address." };

    public IEnumerable<Option> All =>
        [_server, _relay, _interface, _machines, _rate, _atOnce, _timeout, _firmware, _proxy, _until, _entry, _loader, _script, _from, _mac, _blockSize, _window, _verify, _keep, _public];

    /// <returns>Null when the words do not fit together; <paramref name="wrong"/> says why and what to write.</returns>
    public StormPlan? Read(ParseResult parsed, IReadOnlyList<NetworkDevice> devices, out string? wrong)
    {
        try
        {
            wrong = null;
            var plan = Where(parsed, devices) with
            {
                Machines = Between(parsed.GetValue(_machines), 1, MostMachines, "--machines"),
                Rate = Between(parsed.GetValue(_rate), 0, 1_000_000, "--rate"),
                AtOnce = Between(parsed.GetValue(_atOnce), 0, MostMachines, "--at-once"),
                Timeout = TimeSpan.FromSeconds(Between(parsed.GetValue(_timeout), 0.1, 86_400, "--timeout")),
                Firmware = Kinds(parsed.GetValue(_firmware)!),
                ProxyOnly = parsed.GetValue(_proxy),
                Goal = parsed.GetValue(_until),
                FirstMac = FirstMac(parsed.GetValue(_mac)),
                From = Sources(parsed.GetValue(_from)),
                Entry = parsed.GetValue(_entry),
                Loader = parsed.GetValue(_loader),
                Script = ScriptUrl(parsed.GetValue(_script)),
                BlockSize = parsed.GetValue(_blockSize) is { } block ? Between(block, 8, 65464, "--blksize") : null,
                WindowSize = parsed.GetValue(_window) is { } window ? Between(window, 1, 65535, "--windowsize") : null,
                Verify = parsed.GetValue(_verify),
                KeepLeases = parsed.GetValue(_keep),
            };
            return plan;
        }
        catch (FormatException e)
        {
            wrong = e.Message;
            return null;
        }
    }

    StormPlan Where(ParseResult parsed, IReadOnlyList<NetworkDevice> devices)
    {
        var server = Address(parsed.GetValue(_server), "--server");
        var relay = Address(parsed.GetValue(_relay), "--relay");
        if (server is { } far && !parsed.GetValue(_public) && !IsPrivate(far))
            throw new FormatException($"{far} is no private address. A storm is for servers of your own; --public says that this is one.");

        if (parsed.GetValue(_interface) is { } name)
        {
            if (relay is not null)
                throw new FormatException("--interface broadcasts, --relay does not: choose one.");
            var device = devices.FirstOrDefault(device => device.Name == name)
                ?? throw new FormatException($"There is no interface '{name}' here. There are: {string.Join(", ", devices.Where(device => !device.IsLoopback).Select(device => device.Name))}.");
            return new() { Device = device, Server = server ?? default, FirstMac = default };
        }

        if (server is null || relay is null)
            throw new FormatException("Say where: --server IP --relay IP (an address of this host in the machines' network), or --interface NAME to broadcast there.");
        var own = devices.FirstOrDefault(device => device.Addresses.Any(address => address.Address == relay))
            ?? throw new FormatException($"{relay} is not an address of this host, so no answer would come here. This host has {string.Join(", ", devices.SelectMany(device => device.Addresses).Select(address => address.Address))}.");
        return new() { Device = own, Server = server.Value, Relay = relay.Value, FirstMac = default };
    }

    static Ipv4Address? Address(string? text, string option) =>
        text is null ? null : Ipv4Address.TryParse(text, out var address) ? address : throw new FormatException($"{option}: '{text}' is not an IPv4 address.");

    /// <summary>RFC 1918, RFC 6598, link-local and loopback.</summary>
    static bool IsPrivate(Ipv4Address address) => (address.Value >> 24) is 10 or 127
        || (address.Value >> 20) == 0xAC1 || (address.Value >> 16) is 0xC0A8 or 0xA9FE || (address.Value >> 22) == 0x191;

    static ImmutableArray<StormFirmware> Kinds(string text)
    {
        var kinds = ImmutableArray.CreateBuilder<StormFirmware>();
        foreach (var word in text.Split(',', StringSplitOptions.TrimEntries))
        {
            kinds.Add(word.ToLowerInvariant() switch
            {
                "bios" => StormFirmware.Bios,
                "uefi" => StormFirmware.Uefi,
                "http" => StormFirmware.Http,
                _ => throw new FormatException($"--firmware: '{word}' is none of bios, uefi, http."),
            });
        }

        return kinds.ToImmutable();
    }

    static MacAddress FirstMac(string? prefix)
    {
        if (prefix is null)
            return new(((ulong)Random.Shared.Next(1 << 16) << 24) | 0x0200_0000_0000);
        if (!MacAddress.TryParse(prefix + ":00:00:00", out var mac) || mac.IsMulticast || (mac.Value & 0x0200_0000_0000) == 0)
            throw new FormatException($"--mac-prefix: '{prefix}' is not the beginning of a locally administered address, such as 02:ab:cd; real machines must not be met.");
        return mac;
    }

    static ImmutableArray<Ipv4Address> Sources(string? text)
    {
        if (text is null)
            return [];
        var ends = text.Split('-', 2, StringSplitOptions.TrimEntries);
        var (first, last) = (Address(ends[0], "--from")!.Value, Address(ends[^1], "--from")!.Value);
        if (last < first || last.Value - first.Value >= MostSources)
            throw new FormatException(string.Create(CultureInfo.InvariantCulture, $"--from: FIRST-LAST, at most {MostSources} addresses."));
        return [.. Enumerable.Range(0, (int)(last.Value - first.Value) + 1).Select(i => new Ipv4Address(first.Value + (uint)i))];
    }

    static Uri? ScriptUrl(string? text) => text is null ? null
        : Uri.TryCreate(text, UriKind.Absolute, out var url) && url.Scheme is "http" or "tftp" ? url : throw new FormatException($"--script: '{text}' is not an http:// or tftp:// URL.");

    static T Between<T>(T value, T least, T most, string option) where T : IComparable<T> =>
        value.CompareTo(least) >= 0 && value.CompareTo(most) <= 0 ? value : throw new FormatException(string.Create(CultureInfo.InvariantCulture, $"{option}: {least} to {most}, not {value}."));
}
