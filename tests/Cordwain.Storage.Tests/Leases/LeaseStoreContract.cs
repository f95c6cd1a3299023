using Cordwain.Boot.Leases;
using Cordwain.Management.Stores;
using Cordwain.Protocols.Wire;

namespace Cordwain.Storage.Tests.Leases;

/// <summary>What every lease store promises. A second implementation adds a class that opens it.</summary>
public abstract class LeaseStoreContract
{
    static readonly DateTimeOffset Start = DateTimeOffset.FromUnixTimeSeconds(1_800_000_000);

    /// <summary>Opens the one store of this test, with what was committed to it before.</summary>
    protected abstract ILeaseStore Open();

    public static LeaseBinding Binding(uint address, int client = 1, int minutes = 60) => new(
        new(address), ClientKey.OfHardware(1, [0x52, 0x54, 0, 0, 0, (byte)client]), new MacAddress(0x525400000000 + (ulong)client),
        BindingState.Bound, Start, Start.AddMinutes(minutes));

    public static LeaseChange Change(LeaseBinding binding) => new(binding.Address, binding);

    [Fact]
    public void A_new_store_is_empty()
    {
        using var store = Open();
        Assert.Empty(store.Load());
    }

    [Fact]
    public void Everything_comes_back_in_the_order_of_addresses()
    {
        LeaseBinding[] bindings =
        [
            Binding(0x0A000001),
            Binding(0x0A000002) with { State = BindingState.Released, HostName = "web1", VendorClass = "PXEClient:Arch:00007:UNDI:003016" },
            Binding(0x0A000003) with { State = BindingState.Declined, Mac = null, Client = ClientKey.OfClientId([255, .. new byte[200]]) },
            Binding(0x0A000004) with { Expires = DateTimeOffset.MaxValue },
            Binding(0xC0A80101) with { HostName = "'; DROP TABLE binding; --\u00ff\"${x}{{y}}<b>" },
            Binding(0xFFFFFFFE) with { Mac = new MacAddress(0xFFFFFFFFFFFF) },
        ];
        using (var store = Open())
            store.Commit([.. bindings.Reverse().Select(Change)]);
        using (var store = Open())
            Assert.Equal(bindings, store.Load());
    }

    [Fact]
    public void Texts_of_neighbors_are_not_mixed_up()
    {
        string?[] texts = ["a", "a", "b", null, "b", "", "", null, "aa", "ab", "\u00e4b", "\u00e4b", "ab", "a", "\0", "a"];
        LeaseBinding[] bindings = [.. texts.Select((text, i) => Binding((uint)i + 1) with { HostName = text, VendorClass = texts[^(i + 1)] })];
        using var store = Open();
        store.Commit([.. bindings.Select(Change)]);
        Assert.Equal(bindings, store.Load());
    }

    [Fact]
    public void A_change_replaces_what_stood_there_and_a_change_without_binding_forgets_it()
    {
        using var store = Open();
        store.Commit([Change(Binding(1, client: 1)), Change(Binding(2, client: 2))]);
        store.Commit([Change(Binding(1, client: 3)), new(new(2), null), new(new(3), null)]);
        Assert.Equal([Binding(1, client: 3)], store.Load());
    }

    [Fact]
    public void In_a_batch_the_last_change_of_an_address_wins()
    {
        using var store = Open();
        store.Commit([Change(Binding(1, client: 1)), new(new(1), null), Change(Binding(1, client: 2))]);
        Assert.Equal([Binding(1, client: 2)], store.Load());
    }

    [Fact]
    public void An_empty_batch_is_nothing()
    {
        using var store = Open();
        store.Commit([]);
        Assert.Empty(store.Load());
    }

    [Fact]
    public void No_end_is_stored_earlier_than_it_was_told()
    {
        var binding = Binding(1) with { Expires = Start.AddTicks(12_345_678) };
        using var store = Open();
        store.Commit([Change(binding)]);
        Assert.InRange(store.Load().Single().Expires, binding.Expires, binding.Expires.AddSeconds(1));
    }

    [Fact]
    public void A_table_starts_from_the_store_as_it_was_left()
    {
        var table = new LeaseTable();
        using (var store = Open())
        {
            for (uint address = 1; address < 300; address++)
                store.Commit([table.Import(Binding(address, (int)address % 250, (int)address), Start)!.Value]);
        }

        var restarted = new LeaseTable();
        using (var store = Open())
            restarted.Load(store.Load());
        Assert.Equal(table.Bindings().OrderBy(binding => binding.Address), restarted.Bindings().OrderBy(binding => binding.Address));
    }
}
