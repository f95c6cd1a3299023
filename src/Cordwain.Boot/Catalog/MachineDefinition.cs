using System.Collections.Frozen;
using System.Collections.Immutable;
using Cordwain.Boot.Decisions;
using Cordwain.Boot.Machines;
using Cordwain.Protocols.Dhcp4;
using Cordwain.Protocols.Wire;

namespace Cordwain.Boot.Catalog;

/// <summary>A machine that the operator has named.</summary>
public sealed record MachineDefinition
{
    public required string Name { get; init; }

    public ImmutableArray<MacAddress> Macs { get; init; } = [];

    public Guid? Uuid { get; init; }

    public string? Serial { get; init; }

    /// <summary>A fixed address: a reservation in the network that holds it.</summary>
    public Ipv4Address? Address { get; init; }

    public string? HostName { get; init; }

    /// <summary>Name of the image it is assigned; null: it sees the menu.</summary>
    public string? Boot { get; init; }

    /// <summary>The assignment holds for one boot; then the machine boots from its disk.</summary>
    public bool Once { get; init; }

    /// <summary>False when <see cref="Once"/> is set and that boot has happened.</summary>
    public bool Armed { get; init; } = true;

    /// <summary>Identifies this declaration of <see cref="Boot"/> and <see cref="Once"/>, so that only a changed one arms again.</summary>
    public string DeclarationHash { get; init; } = "";

    /// <summary>Never boot this machine.</summary>
    public bool Blocked { get; init; }

    public AnswerStyle? Style { get; init; }

    /// <summary>Overrides what the machine says in option 93, for firmware that lies.</summary>
    public ClientArchitecture? Architecture { get; init; }

    /// <summary>Values for templates: <c>{{ machine.vars.disk }}</c>, in short <c>{{ machine.disk }}</c>.</summary>
    public FrozenDictionary<string, string> Vars { get; init; } = FrozenDictionary<string, string>.Empty;

    public ImmutableArray<DhcpOptionValue> Options { get; init; } = [];
}

/// <summary>Finds the operator's machine behind an identity.</summary>
public sealed class MachineRegistry
{
    readonly FrozenDictionary<MacAddress, MachineDefinition> _byMac;
    readonly FrozenDictionary<Guid, MachineDefinition> _byUuid;
    readonly FrozenDictionary<string, MachineDefinition> _bySerial;

    /// <param name="machines">No MAC, UUID or serial may stand in two of them.</param>
    public MachineRegistry(ImmutableArray<MachineDefinition> machines)
    {
        All = machines;
        _byMac = machines.SelectMany(machine => machine.Macs, (machine, mac) => (mac, machine)).ToFrozenDictionary(pair => pair.mac, pair => pair.machine);
        _byUuid = machines.Where(machine => machine.Uuid is not null).ToFrozenDictionary(machine => machine.Uuid!.Value);
        _bySerial = machines.Where(machine => machine.Serial is not null)
            .ToFrozenDictionary(machine => machine.Serial!, StringComparer.OrdinalIgnoreCase);
    }

    public static MachineRegistry Empty { get; } = new([]);

    public ImmutableArray<MachineDefinition> All { get; }

    /// <summary>The MAC is asked first: it is the only name that a machine always sends.</summary>
    public MachineDefinition? Find(MachineIdentity identity) =>
        identity.Mac is { } mac && _byMac.TryGetValue(mac, out var byMac) ? byMac
        : identity.Uuid is { } uuid && _byUuid.TryGetValue(uuid, out var byUuid) ? byUuid
        : identity.Serial is { } serial && _bySerial.TryGetValue(serial, out var bySerial) ? bySerial
        : null;
}
