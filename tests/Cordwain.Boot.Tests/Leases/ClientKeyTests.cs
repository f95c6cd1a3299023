using Cordwain.Boot.Leases;

namespace Cordwain.Boot.Tests.Leases;

public sealed class ClientKeyTests
{
    static readonly byte[] Card = [0x52, 0x54, 0, 1, 2, 3];

    public static TheoryData<string, ClientKey, string> Keys => new()
    {
        { "an Ethernet card",             ClientKey.OfHardware(1, Card),                           "0101525400010203" },
        { "a card whose bytes are zeros", ClientKey.OfHardware(1, new byte[6]),                    "0101000000000000" },
        { "InfiniBand",                   ClientKey.OfHardware(32, Card),                          "0120525400010203" },
        { "Ethernet of another length",   ClientKey.OfHardware(1, [1, 2]),                         "01010102" },
        { "an identifier",                ClientKey.OfClientId([255, 1, 2]),                       "00ff0102" },
        { "an identifier like a card",    ClientKey.OfClientId([1, .. Card]),                      "0001525400010203" },
    };

    [Theory, MemberData(nameof(Keys))]
    public void Comes_back_from_the_store_as_it_went(string what, ClientKey key, string stored)
    {
        Assert.True(stored == Convert.ToHexStringLower(key.Bytes), what);
        var again = ClientKey.FromStored(key.Bytes);
        Assert.Equal(key, again);
        Assert.Equal(key.GetHashCode(), again.GetHashCode());
        Assert.NotEqual(default, key);
    }

    [Fact]
    public void Cards_that_differ_alike_in_both_halves_do_not_meet_in_one_place_of_a_table() =>
        Assert.InRange(Enumerable.Range(0, 100).Select(i => ClientKey.OfHardware(1, [0, (byte)i, 0, 0, 0, (byte)i]).GetHashCode()).Distinct().Count(), 90, 100);

    [Fact]
    public void Different_clients_have_different_keys() =>
        Assert.Distinct(Keys.Select(row => row.Data.Item2));
}
