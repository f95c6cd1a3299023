using System.Collections.Frozen;
using System.Collections.Immutable;
using Cordwain.Boot.Catalog;
using Cordwain.Management.Configuration.Keys;
using Cordwain.Management.Configuration.Syntax;
using Cordwain.Protocols.Wire;

namespace Cordwain.Management.Configuration.Reading;

/// <summary>Reads <c>machines</c>.</summary>
sealed class MachineReading(ReadScope scope, ImmutableArray<NetworkDefinition> networks)
{
    readonly Dictionary<string, (string Machine, int Line)> _identities = new(StringComparer.OrdinalIgnoreCase);
    readonly Dictionary<Ipv4Address, string> _addresses = networks
        .SelectMany(network => network.Reservations, (network, reservation) => (reservation.Address, Owner: $"networks.{network.Name}.reservations.{reservation.Name}"))
        .Where(pair => pair.Address is not null).DistinctBy(pair => pair.Address).ToDictionary(pair => pair.Address!.Value, pair => pair.Owner);

    public ImmutableArray<MachineDefinition> ReadAll(ObjectReader root)
    {
        var machines = ImmutableArray.CreateBuilder<MachineDefinition>();
        foreach (var entry in root.Or(RootKeys.Machines, []))
        {
            var path = root.PathOf(RootKeys.Machines) + "." + entry.Key;
            scope.CheckName(entry, path, OwnNames.Thing);
            if (ObjectReader.Open(entry.Value, MachineKeys.Object, path, scope) is { } reader)
                machines.Add(Read(entry.Key, reader));
        }

        return machines.ToImmutable();
    }

    /// <summary>Names a declaration: the same text as long as <c>boot</c> and <c>once</c> stay the same.</summary>
    public static string HashOf(string? boot, bool once) =>
        Fingerprint.Of($"{boot}\n{(once ? "once" : "always")}")[..16];

    MachineDefinition Read(string name, ObjectReader reader)
    {
        var boot = reader.OrNull(MachineKeys.Boot);
        var once = reader.Or(MachineKeys.Once, false);
        var hash = HashOf(boot, once);
        var macs = reader.Or(MachineKeys.Macs, []);
        var machine = new MachineDefinition
        {
            Name = name,
            Macs = [.. macs.Select(mac => mac.Value).Distinct()],
            Uuid = reader.OrNone(MachineKeys.Uuid),
            Serial = reader.OrNull(MachineKeys.Serial),
            Address = reader.OrNone(MachineKeys.Address),
            HostName = reader.OrNull(MachineKeys.HostName),
            Boot = boot,
            Once = once,
            Armed = !once || !scope.Inputs.IsUsedUp(name, hash),
            DeclarationHash = hash,
            Blocked = reader.Or(MachineKeys.Blocked, false),
            Style = reader.OrNone(MachineKeys.Style),
            Architecture = reader.OrNone(MachineKeys.Arch),
            Vars = Vars(reader),
            Options = [.. reader.Or(MachineKeys.Options, []).Select(option => option.Value)],
        };

        CheckIdentity(machine, macs, reader);
        if (machine.Address is { } address)
            CheckAddress(machine, address, reader);
        if (boot is not null)
            scope.ImageNames.Add((new(boot, reader.PlaceOf(MachineKeys.Boot)), reader.PathOf(MachineKeys.Boot)));
        else if (once)
            scope.Problems.Error("CW4062", reader.KeyPlaceOf(MachineKeys.Once), $"{reader.PathOf(MachineKeys.Once)}: there is no `boot` to do once.", "Add `boot:` with the name of an image, or remove `once`.");
        if (machine.Blocked && boot is not null)
            scope.Problems.Warning("CW4027", reader.KeyPlaceOf(MachineKeys.Boot), $"{reader.PathOf(MachineKeys.Boot)} has no effect: the machine is blocked.", "Remove one of the two.");
        return machine;
    }

    void CheckIdentity(MachineDefinition machine, ImmutableArray<Placed<MacAddress>> macs, ObjectReader reader)
    {
        if (!reader.Has(MachineKeys.Macs) && !reader.Has(MachineKeys.Uuid) && !reader.Has(MachineKeys.Serial) || (reader.NodeOf(MachineKeys.Macs) is ConfigNode.Sequence { Items.IsEmpty: true } && machine is { Uuid: null, Serial: null }))
            scope.Problems.Error("CW4061", reader.Place, $"{reader.Path} has no way to be known.", "Add `mac:`, `uuid:` or `serial:`.");
        foreach (var (mac, place) in macs)
            Claim("MAC address", mac.ToString(), place);
        if (machine.Uuid is { } uuid)
            Claim("UUID", uuid.ToString(), reader.PlaceOf(MachineKeys.Uuid));
        if (machine.Serial is { } serial)
            Claim("serial number", serial, reader.PlaceOf(MachineKeys.Serial));

        void Claim(string kind, string text, SourcePlace place)
        {
            if (_identities.TryAdd($"{kind} {text}", (machine.Name, place.Line)))
                return;
            var (owner, line) = _identities[$"{kind} {text}"];
            scope.Problems.Error("CW4060", place, owner == machine.Name
                    ? $"{reader.Path}: the {kind} {text} stands there twice."
                    : $"{reader.Path}: the {kind} {text} belongs to `{owner}` already, in line {line}.",
                "A machine is found by it, so it can belong to one only.");
        }
    }

    void CheckAddress(MachineDefinition machine, Ipv4Address address, ObjectReader reader)
    {
        var (path, place) = (reader.PathOf(MachineKeys.Address), reader.PlaceOf(MachineKeys.Address));
        if (!_addresses.TryAdd(address, reader.Path))
            scope.Problems.Error("CW4060", place, $"{path}: {address} belongs to {_addresses[address]} already.", "Write another address.");

        var network = networks.FirstOrDefault(candidate => candidate.Subnet.Contains(address));
        if (network is null)
            scope.Problems.Warning("CW4062", place, $"{path}: {address} lies in none of the networks, so it is never given.", "Add its network, or correct the address.");
        else if (network.Subnet.PrefixLength < 31 && (address == network.Subnet.Address || address == network.Subnet.Last))
            scope.Problems.Error("CW4024", place, $"{path}: {address} is the {(address == network.Subnet.Last ? "broadcast" : "network's own")} address of {network.Subnet}; no machine can have it.", "Write another address.");
        else if (network.Role != NetworkRole.Server)
            scope.Problems.Warning("CW4062", place, $"{path}: {address} is never given: `{network.Name}` is no network with `dhcp: server`.", "Set it in the DHCP server of that network.");
        else if (machine.Macs.IsEmpty && machine.Uuid is null)
            scope.Problems.Warning("CW4062", place, $"{path}: a machine that is known by its serial number only cannot be known in DHCP.", "Add `mac:`.");
    }

    FrozenDictionary<string, string> Vars(ObjectReader reader)
    {
        var vars = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (var entry in reader.Or(MachineKeys.Vars, []))
        {
            var path = reader.PathOf(MachineKeys.Vars) + "." + entry.Key;
            if (entry.Key.Length == 0 || char.IsAsciiDigit(entry.Key[0]) || !entry.Key.All(character => char.IsAsciiLetterOrDigit(character) || character == '_'))
                scope.Problems.Error("CW4015", entry.KeyPlace, $"{path}: `{entry.Key}` cannot be named in a template.", $"Use letters, digits and `_`: `{OwnNames.Slug(entry.Key).Replace('-', '_').Replace('.', '_')}`.");
            else if (entry.Value.IsNull)
                vars[entry.Key] = "";
            else if (Kinds.Text.TryRead(entry.Value, path, scope, out var text))
                vars[entry.Key] = text;
        }

        return vars.ToFrozenDictionary();
    }
}
