using Cordwain.Boot.Catalog;

namespace Cordwain.Management.Check;

/// <summary>Whether the interfaces that are named exist, and whether each network can be reached.</summary>
sealed class InterfacesCheck : ICheck
{
    public string Title => "interfaces";

    public IEnumerable<Problem> Examine(CheckSubject subject)
    {
        var known = string.Join(", ", subject.Host.Interfaces.Order(StringComparer.Ordinal));
        foreach (var (name, where) in Named(subject))
        {
            if (!subject.Host.Interfaces.Any(present => new TextPattern(name).Matches(present)))
                yield return new("CW4107", Severity.Warning, $"{where}: there is no interface `{name}` now.", $"There are: {known}.");
        }

        foreach (var network in subject.Catalog.Networks.Where(network => network.Role != NetworkRole.Off && network.Interfaces.IsEmpty))
        {
            if (!subject.Host.Links.Any(link => link.Network.Overlaps(network.Subnet)))
                yield return new("CW4108", Severity.Note, $"networks.{network.Name}: no interface has an address in {network.Subnet}, so machines there are reached through a relay only.",
                    "If they are on a link of this machine, give that interface an address in the network.");
        }
    }

    static IEnumerable<(string Name, string Where)> Named(CheckSubject subject) =>
        subject.Settings.Interfaces.Select(name => (name, "dhcp.interfaces"))
            .Concat(subject.Catalog.Networks.SelectMany(network => network.Interfaces, (network, name) => (name, $"networks.{network.Name}.interfaces")));
}
