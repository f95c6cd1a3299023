using Cordwain.Boot.Machines;
using Cordwain.Protocols.Wire;
using CsCheck;

namespace Cordwain.Boot.Tests.Machines;

public sealed class MachineDirectoryTests
{
    [Fact]
    public void An_address_belongs_to_whoever_was_last_seen_with_it()
    {
        var machines = new MachineDirectory();
        machines.Learn(Seen(1, 10));
        machines.Learn(Seen(2, 10));
        Assert.Equal(new(2), machines.FindByAddress(new(10))?.Machine.Mac);
        machines.Learn(Seen(1, 11));
        Assert.Equal(new(2), machines.FindByAddress(new(10))?.Machine.Mac);
    }

    [Fact]
    public void A_machine_that_has_moved_is_not_found_where_it_was()
    {
        var machines = new MachineDirectory();
        machines.Learn(Seen(1, 10));
        machines.Learn(Seen(1, 11));
        Assert.Null(machines.FindByAddress(new(10)));
        Assert.Equal(new(11), machines.FindByMac(new(1))?.Address);
    }

    [Fact]
    public void A_discover_without_an_address_takes_none_away()
    {
        var machines = new MachineDirectory();
        machines.Learn(Seen(1, 10) with { Architecture = new ClientArchitecture(7), Network = "office" });
        machines.Learn(new(new(new MacAddress(1)), Ipv4Address.Any, null, true, null));
        Assert.Equal(new(new(new MacAddress(1)), new(10), new ClientArchitecture(7), true, "office"), machines.FindByAddress(new(10)));
    }

    [Fact]
    public void The_longest_unseen_go_first_when_it_is_full()
    {
        var machines = new MachineDirectory(capacity: 2);
        machines.Learn(Seen(1, 10));
        machines.Learn(Seen(2, 11));
        machines.Learn(Seen(1, 10));
        machines.Learn(Seen(3, 12));
        Assert.Null(machines.FindByMac(new(2)));
        Assert.Null(machines.FindByAddress(new(11)));
        Assert.NotNull(machines.FindByMac(new(1)));
    }

    /// <summary>Both ways to look agree at all times, and the bound holds.</summary>
    [Fact]
    public void Addresses_and_cards_agree() =>
        Gen.Select(Gen.ULong[1, 9], Gen.UInt[0, 9]).Array[0, 60].Sample(sightings =>
        {
            var machines = new MachineDirectory(capacity: 5);
            foreach (var (mac, address) in sightings)
                machines.Learn(Seen(mac, address));

            Assert.InRange(machines.Count, 0, 5);
            for (uint address = 1; address < 10; address++)
            {
                if (machines.FindByAddress(new(address)) is { } found)
                    Assert.Equal(machines.FindByMac(found.Machine.Mac!.Value), found);
            }
        });

    /// <summary>Against a plain list, with so many cards that the tables grow and give way again.</summary>
    [Fact]
    public void Finds_what_a_list_would_find() =>
        Gen.Select(Gen.ULong[1, 90], Gen.UInt[0, 60]).Array[0, 400].Sample(
            sightings =>
            {
                const int Capacity = 40;
                var machines = new MachineDirectory(Capacity);
                List<(ulong Mac, uint Address, bool Holds)> known = [];
                foreach (var (mac, address) in sightings)
                {
                    machines.Learn(Seen(mac, address));
                    var before = known.Find(one => one.Mac == mac);
                    known.RemoveAll(one => one.Mac == mac);
                    if (address != 0)
                        known = [.. known.Select(one => one.Address == address ? one with { Holds = false } : one)];
                    known.Add(address == 0 ? before with { Mac = mac } : (mac, address, true));
                    if (known.Count > Capacity)
                        known.RemoveAt(0);
                }

                Assert.Equal(known.Count, machines.Count);
                for (ulong mac = 1; mac <= 90; mac++)
                    Assert.Equal(known.Exists(one => one.Mac == mac), machines.FindByMac(new(mac)) is not null);
                for (uint address = 1; address <= 60; address++)
                    Assert.Equal(known.Find(one => one.Holds && one.Address == address).Mac, machines.FindByAddress(new(address))?.Machine.Mac?.Value ?? 0);
            },
            iter: 300);

    static MachineSighting Seen(ulong mac, uint address) => new(new(new MacAddress(mac)), new(address), null, false, null);
}
