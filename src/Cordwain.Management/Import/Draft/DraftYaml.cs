using System.Globalization;
using Cordwain.Management.Configuration.Keys;
using Cordwain.Protocols.Dhcp4;

namespace Cordwain.Management.Import.Draft;

/// <summary>Writes a draft as cordwain.yaml.</summary>
static class DraftYaml
{
    public static string Write(ImportDraft draft)
    {
        var root = new YamlNode.Mapping();
        if (draft.Networks.Count > 0)
            root.Add("networks", Named(draft.Networks, network => network.Name, Network));
        if (draft.FilesFolder is { } files)
            root.Add("files", files);
        foreach (var (section, keys) in draft.Settings)
        {
            var mapping = new YamlNode.Mapping(inline: true);
            foreach (var (key, values) in keys)
                mapping.Add(key, YamlNode.Of(values));
            root.Add(section, mapping);
        }

        if (draft.Rules.Count > 0)
            root.Add("rules", new YamlNode.Sequence([.. draft.Rules.Select(Rule)]));
        if (draft.Classes.Count > 0)
            root.Add("classes", new YamlNode.Sequence([.. draft.Classes.Select(Class)]));
        if (draft.Menu is { } menu)
            root.Add("menu", DraftMenuYaml.Menu(menu));
        if (draft.Images.Count > 0)
            root.Add("images", Named(draft.Images, image => image.Name, DraftMenuYaml.Image));
        if (draft.Machines.Count > 0)
            root.Add("machines", Named(draft.Machines, machine => machine.Name, Machine));
        return root.Write();
    }

    static YamlNode.Mapping Named<T>(List<T> things, Func<T, string> name, Func<T, YamlNode> write)
    {
        var mapping = new YamlNode.Mapping();
        foreach (var thing in things)
            mapping.Add(name(thing), write(thing));
        return mapping;
    }

    static YamlNode.Mapping Network(DraftNetwork network)
    {
        var mapping = new YamlNode.Mapping { Comment = network.Place.ToString() };
        mapping.Add("subnet", network.Subnet.ToString()).Add("dhcp", network.Role);
        mapping.AddMany("pool", [.. network.Pools.Select(pool => pool.ToString())]);
        var plain = network.Options.Where(option => option is not { SubCode: null, Code: 3 or 6 or 15 });
        foreach (var (code, key) in ((byte, string)[])[(3, "router"), (6, "dns"), (15, "domain")])
        {
            if (network.Options.Find(option => option.Code == code) is { Code: not 0 } option)
                mapping.Add(key, YamlNode.Of(OptionText.ValuesOf(code, null, option.Payload)));
        }

        mapping.Add("lease", Span(network.Lease)).Add("min-lease", Span(network.MinLease)).Add("max-lease", Span(network.MaxLease))
            .Add("renew", Span(network.Renew)).Add("rebind", Span(network.Rebind)).Add("delay", Span(network.Delay))
            .Add("authoritative", Flag(network.Authoritative)).Add("probe", Flag(network.Probe)).Add("known-only", network.KnownOnly ? "true" : null)
            .Add("next-server", network.NextServer is { } server ? new YamlNode.Scalar(server.ToString()) { Comment = "remove this line if Cordwain serves the boot files here" } : null)
            .Add("options", Options(plain));
        if (network.Reservations.Count > 0)
            mapping.Add("reservations", Named(network.Reservations, reservation => reservation.Name, Reservation));
        return mapping;
    }

    static YamlNode.Mapping Reservation(DraftReservation reservation) => new YamlNode.Mapping(inline: true) { Comment = reservation.Place.ToString() }
        .Add("mac", reservation.Mac?.ToString()).Add("client-id", reservation.ClientId).Add("address", reservation.Address?.ToString())
        .Add("hostname", reservation.HostName).Add("ignore", reservation.Ignore ? "true" : null).Add("options", Options(reservation.Options));

    static YamlNode.Mapping Machine(DraftMachine machine) => new YamlNode.Mapping(inline: true) { Comment = machine.Place.ToString() }
        .AddMany("mac", [.. machine.Macs.Select(mac => mac.ToString())]).Add("address", machine.Address?.ToString())
        .Add("hostname", machine.HostName).Add("blocked", machine.Blocked ? "true" : null).Add("options", Options(machine.Options));

    static YamlNode.Mapping Rule(DraftRule rule) => new YamlNode.Mapping { Comment = rule.Place.ToString() }
        .Add("when", rule.When.IsAlways ? null : ConditionYaml.Write(rule.When))
        .Add("file", rule.File).Add("ignore", rule.Ignore ? "true" : null)
        .Add("next-server", rule.NextServer?.ToString()).Add("server-name", rule.ServerName).Add("options", Options(rule.Options));

    static YamlNode.Mapping Class(DraftClass drafted) => new YamlNode.Mapping { Comment = drafted.Place.ToString() }
        .Add("name", drafted.Name).Add("when", drafted.When.IsAlways ? null : ConditionYaml.Write(drafted.When)).Add("options", Options(drafted.Options));

    static YamlNode.Mapping? Options(IEnumerable<DhcpOptionValue> options)
    {
        var mapping = new YamlNode.Mapping(inline: true);
        foreach (var option in options)
            mapping.Add(OptionText.KeyOf(option.Code, option.SubCode), YamlNode.Of(OptionText.ValuesOf(option.Code, option.SubCode, option.Payload)));
        return mapping.Entries.Count == 0 ? null : mapping;
    }

    static string? Flag(bool? flag) => flag is { } set ? set ? "true" : "false" : null;

    static string? Span(uint? seconds) => seconds is not { } value ? null
        : value == uint.MaxValue ? "forever"
        : value > MostSeconds ? Durations.Text(TimeSpan.FromSeconds(MostSeconds)) : Durations.Text(TimeSpan.FromSeconds(value));

    internal static string Seconds(TimeSpan span) => string.Create(CultureInfo.InvariantCulture, $"{span.TotalSeconds:0}s");

    const uint MostSeconds = 10 * 365 * 86400;
}
