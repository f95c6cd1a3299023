using System.Collections.Frozen;
using System.Globalization;
using Cordwain.Boot.Catalog;
using Cordwain.Boot.Decisions;
using Cordwain.Boot.Machines;
using Cordwain.Protocols.Dhcp4;
using Cordwain.Protocols.Wire;

namespace Cordwain.Boot.Templates;

/// <summary>The variables a template may read, in groups: <c>machine.mac</c>, <c>machine.vars.disk</c>, <c>server.http</c>, <c>network.name</c>.</summary>
/// <remarks>A variable that exists but has no value for this machine is the empty text; one that does not exist is an error.</remarks>
public sealed class TemplateScope
{
    TemplateScope(FrozenDictionary<string, VariableGroup> groups) => Groups = groups;

    public static TemplateScope Empty { get; } = new(FrozenDictionary<string, VariableGroup>.Empty);

    internal FrozenDictionary<string, VariableGroup> Groups { get; }

    /// <summary>The names that exist, such as <c>machine.mac</c>, in alphabetical order.</summary>
    public IEnumerable<string> Names => Groups.Values.SelectMany(group => group.QualifiedNames).Order(StringComparer.Ordinal);

    /// <summary>What is known of a machine, of ourselves and of its network.</summary>
    /// <param name="machine">The operator's entry for it; null: it has none.</param>
    public static TemplateScope For(BootRequest request, BootCatalog catalog, MachineDefinition? machine)
    {
        var server = request.Server.ToString();
        var network = catalog.Networks.FirstOrDefault(candidate => candidate.Name == request.Network);
        return Of(
            Machine(request, machine),
            new VariableGroup("server", new()
            {
                ["address"] = server,
                ["http"] = HttpBase(request.Server, catalog.HttpPort),
                ["tftp"] = "tftp://" + server,
                ["port"] = catalog.HttpPort.ToString(CultureInfo.InvariantCulture),
            }),
            Network(request, network));
    }

    /// <summary>Our HTTP address without a slash at the end; port 80 is left unsaid.</summary>
    public static string HttpBase(Ipv4Address server, int port) =>
        string.Create(CultureInfo.InvariantCulture, $"http://{server}{(port == 80 ? "" : $":{port}")}");

    internal static TemplateScope Of(params VariableGroup[] groups) => new(groups.ToFrozenDictionary(group => group.Name));

    static VariableGroup Machine(BootRequest request, MachineDefinition? machine)
    {
        var architecture = machine?.Architecture ?? request.Architecture;
        var mac = request.Machine.Mac ?? (machine is { Macs: [var first, ..] } ? first : null);
        var values = new Dictionary<string, object>
        {
            ["mac"] = mac?.ToString() ?? "",
            ["name"] = machine?.Name ?? "",
            ["uuid"] = (machine?.Uuid ?? request.Machine.Uuid)?.ToString("D") ?? "",
            ["serial"] = machine?.Serial ?? OutsideText.AsWord(request.Machine.Serial),
            ["hostname"] = machine?.HostName ?? machine?.Name ?? "",
            ["address"] = Known(request.Address) ?? Known(machine?.Address) ?? "",
            ["arch"] = architecture is { IsKnown: true } known ? known.Name : "",
            ["platform"] = architecture is { Platform: not Platform.Unknown and var platform } ? platform.ToString().ToLowerInvariant() : "",
            ["vars"] = new VariableGroup("machine.vars", machine?.Vars.ToDictionary(pair => pair.Key, pair => (object)pair.Value) ?? []),
        };
        foreach (var (name, value) in machine?.Vars ?? FrozenDictionary<string, string>.Empty)
            values.TryAdd(name, value);   // the machine's own facts win; `vars.` reaches the others
        return new("machine", values);
    }

    static VariableGroup Network(BootRequest request, NetworkDefinition? network) => new("network", new()
    {
        ["name"] = request.Network ?? "",
        ["subnet"] = network?.Subnet.ToString() ?? "",
        ["router"] = FirstAddress(network, code: 3),
        ["dns"] = FirstAddress(network, code: 6),
        ["domain"] = network?.Options.LastOrDefault(option => option.Code == 15) is { } domain
            ? OutsideText.AsWord(System.Text.Encoding.ASCII.GetString(domain.Payload.Span)) : "",
    });

    static string FirstAddress(NetworkDefinition? network, byte code) =>
        network?.Options.LastOrDefault(option => option.Code == code) is { Payload.Length: >= 4 } option
            ? new Ipv4Address(System.Buffers.Binary.BinaryPrimitives.ReadUInt32BigEndian(option.Payload.Span)).ToString()
            : "";

    static string? Known(Ipv4Address? address) => address is { } value && value != Ipv4Address.Any ? value.ToString() : null;
}
