using System.Collections.Immutable;
using Cordwain.Protocols.Wire;
using Cordwain.Server.Hosting;

namespace Cordwain.Storm;

/// <summary>What the machines are made of.</summary>
enum StormFirmware
{
    /// <summary>A PXE ROM: blocks of 1456 bytes, one at a time.</summary>
    Bios,

    /// <summary>The UEFI network stack: asks for the size, then reads blocks of 1468 bytes in windows of four.</summary>
    Uefi,

    /// <summary>UEFI HTTP Boot.</summary>
    Http,
}

/// <summary>How far the machines go.</summary>
enum StormGoal
{
    Address,
    Loader,
    Menu,
    Done,
}

/// <summary>What a storm is to do; nothing of it changes while it runs.</summary>
sealed record StormPlan
{
    /// <summary>Where DHCP is spoken, and from where.</summary>
    public required NetworkDevice Device { get; init; }

    /// <summary>We stand in for a relay with this address of ours; any: broadcasts on <see cref="Device"/>.</summary>
    public Ipv4Address Relay { get; init; }

    /// <summary>The DHCP server; any, when broadcasts find it.</summary>
    public Ipv4Address Server { get; init; }

    public int Machines { get; init; } = 20;

    /// <summary>Machines switched on per second; 0: all at once.</summary>
    public double Rate { get; init; }

    /// <summary>Machines on the way at a time; 0: any number.</summary>
    public int AtOnce { get; init; }

    /// <summary>For one machine, from power on to its end.</summary>
    public TimeSpan Timeout { get; init; } = TimeSpan.FromSeconds(60);

    public ImmutableArray<StormFirmware> Firmware { get; init; } = [StormFirmware.Uefi];

    /// <summary>Only the proxy is asked: no address is taken.</summary>
    public bool ProxyOnly { get; init; }

    public StormGoal Goal { get; init; } = StormGoal.Done;

    /// <summary>The first three bytes of the machines' MAC addresses in the high half, locally administered.</summary>
    public required MacAddress FirstMac { get; init; }

    /// <summary>Addresses of this host that files are fetched from, in turn; empty: the system's choice.</summary>
    public ImmutableArray<Ipv4Address> From { get; init; } = [];

    /// <summary>The entry chosen in menus; null: their default.</summary>
    public string? Entry { get; init; }

    /// <summary>Instead of the loader that the server names; null: what it names.</summary>
    public string? Loader { get; init; }

    /// <summary>Instead of the script that the server names.</summary>
    public Uri? Script { get; init; }

    /// <summary>Null: as the firmware does.</summary>
    public int? BlockSize { get; init; }

    public int? WindowSize { get; init; }

    /// <summary>Look at every byte of kernels and initrds, not only at their lengths.</summary>
    public bool Verify { get; init; }

    public bool KeepLeases { get; init; }

    public bool IsRelayed => !Relay.IsAny;

    public MacAddress MacOf(int machine) => new(FirstMac.Value + (uint)machine);

    public StormFirmware FirmwareOf(int machine) => Firmware[machine % Firmware.Length];
}
