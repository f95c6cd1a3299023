using Cordwain.Boot.Catalog;
using Cordwain.Protocols.Wire;
using CsCheck;

namespace Cordwain.Boot.Tests.Decisions;

/// <summary>Networks are found as a walk through the configuration would find them.</summary>
public sealed class NetworkLookupTests
{
    static readonly Gen<NetworkDefinition[]> Networks = Gen.Select(Gen.UInt[0, 63], Gen.Int[26, 32])
        .Select((address, prefix) => new NetworkDefinition { Name = $"n{address}-{prefix}", Subnet = new(new(0x0A000000 + address * 4), prefix) }).Array[0, 12];

    [Fact]
    public void An_address_belongs_to_the_first_network_that_holds_it() =>
        Networks.Sample(networks =>
        {
            var catalog = BootCatalog.Empty with { Networks = [.. networks] };
            for (uint i = 0; i < 300; i++)
            {
                Ipv4Address address = new(0x0A000000 - 8 + i);
                Assert.Same(networks.FirstOrDefault(network => network.Subnet.Contains(address)), catalog.NetworkOf(address));
            }
        });

    [Fact]
    public void A_catalog_with_other_networks_finds_those()
    {
        var catalog = Lab.Catalog(NetworkRole.Server);
        Assert.NotNull(catalog.NetworkOf(Lab.Server));
        Assert.Null((catalog with { Networks = [] }).NetworkOf(Lab.Server));
    }

    [Fact]
    public void What_has_been_looked_up_is_no_part_of_a_catalog()
    {
        var (left, right) = (Lab.Catalog(NetworkRole.Server), default(BootCatalog));
        right = left with { };
        left.NetworkOf(Lab.Server);
        Assert.Equal(left, right);
    }
}
