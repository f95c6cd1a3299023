using Cordwain.Protocols.Dhcp4;
using Cordwain.Protocols.Wire;

namespace Cordwain.Management.Import.Draft;

/// <summary>The configuration in the making; several files add to one.</summary>
sealed class ImportDraft
{
    public List<DraftNetwork> Networks { get; } = [];

    /// <summary>First match wins.</summary>
    public List<DraftRule> Rules { get; } = [];

    /// <summary>A later one wins.</summary>
    public List<DraftClass> Classes { get; } = [];

    public List<DraftMachine> Machines { get; } = [];

    public List<DraftImage> Images { get; } = [];

    public DraftMenu? Menu { get; set; }

    public string? FilesFolder { get; set; }

    /// <summary>Keys of <c>tftp</c>, <c>dhcp</c> and <c>limits</c>, with their texts.</summary>
    public SortedDictionary<string, Dictionary<string, List<string>>> Settings { get; } = new(StringComparer.Ordinal);

    public void Set(string section, string key, params ReadOnlySpan<string> values)
    {
        if (!Settings.TryGetValue(section, out var keys))
            Settings.Add(section, keys = new(StringComparer.Ordinal));
        if (!keys.TryGetValue(key, out var list))
            keys.Add(key, list = []);
        list.AddRange(values);
    }

    public bool IsEmpty => Networks.Count == 0 && Rules.Count == 0 && Classes.Count == 0 && Machines.Count == 0 && Images.Count == 0 && Menu is null && FilesFolder is null && Settings.Count == 0;
}

sealed class DraftNetwork(string name, Ipv4Network subnet, ImportPlace place)
{
    public string Name => name;
    public Ipv4Network Subnet => subnet;
    public ImportPlace Place => place;
    public string Role { get; set; } = "server";
    public List<AddressRange> Pools { get; } = [];
    public uint? Lease { get; set; }
    public uint? MinLease { get; set; }
    public uint? MaxLease { get; set; }
    public uint? Renew { get; set; }
    public uint? Rebind { get; set; }
    public uint? Delay { get; set; }
    public bool? Authoritative { get; set; }
    public bool? Probe { get; set; }
    public bool KnownOnly { get; set; }
    public Ipv4Address? NextServer { get; set; }
    public List<DhcpOptionValue> Options { get; } = [];
    public List<DraftReservation> Reservations { get; } = [];
}

sealed class DraftReservation(string name, ImportPlace place)
{
    public string Name => name;
    public ImportPlace Place => place;
    public MacAddress? Mac { get; init; }
    public string? ClientId { get; init; }
    public Ipv4Address? Address { get; init; }
    public string? HostName { get; set; }
    public bool Ignore { get; init; }
    public List<DhcpOptionValue> Options { get; init; } = [];
}

sealed class DraftMachine(string name, ImportPlace place)
{
    public string Name => name;
    public ImportPlace Place => place;
    public List<MacAddress> Macs { get; init; } = [];
    public Ipv4Address? Address { get; init; }
    public string? HostName { get; set; }
    public bool Blocked { get; init; }
    public List<DhcpOptionValue> Options { get; init; } = [];
}

sealed class DraftRule(ImportCondition when, ImportPlace place)
{
    public ImportCondition When => when;
    public ImportPlace Place => place;
    public string? File { get; init; }
    public bool Ignore { get; init; }
    public Ipv4Address? NextServer { get; init; }
    public string? ServerName { get; init; }
    public List<DhcpOptionValue> Options { get; init; } = [];
}

sealed record DraftClass(string Name, ImportCondition When, List<DhcpOptionValue> Options, ImportPlace Place);

/// <summary>An image; its name is made unique by <see cref="DraftNames"/>.</summary>
sealed class DraftImage(string name, ImportPlace place)
{
    public string Name => name;
    public ImportPlace Place => place;
    public string? Title { get; set; }
    public string? Kernel { get; init; }
    public List<string> Initrds { get; init; } = [];
    public string? Arguments { get; init; }
    public string? Program { get; init; }
    public string? Disk { get; init; }
    public string? Script { get; init; }
}

sealed class DraftMenu
{
    public string? Title { get; set; }
    /// <summary>Null: for ever.</summary>
    public TimeSpan? Timeout { get; set; }
    public string? Default { get; set; }
    public string? Background { get; set; }
    public List<(string Part, string Color)> Colors { get; } = [];
    public List<DraftItem> Items { get; init; } = [];
}

/// <summary>A line of a menu: an entry, a heading, or a menu of its own.</summary>
sealed class DraftItem
{
    public string? Entry { get; set; }
    public string? Title { get; set; }
    public string? Hotkey { get; set; }
    public string? Password { get; set; }
    public bool IsSeparator { get; init; }
    public string? Name { get; set; }
    public DraftMenu? Menu { get; set; }

    /// <summary>The line opens a menu.</summary>
    public void Open(string name, DraftMenu menu) => (Name, Menu) = (name, menu);
}
