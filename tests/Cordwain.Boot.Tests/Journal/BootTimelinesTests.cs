using Cordwain.Boot.Decisions;
using Cordwain.Boot.Journal;
using Cordwain.Boot.Machines;
using Cordwain.Protocols.Wire;

namespace Cordwain.Boot.Tests.Journal;

public sealed class BootTimelinesTests
{
    static readonly DateTimeOffset Start = new(2026, 11, 22, 10, 0, 0, TimeSpan.Zero);
    static readonly Ipv4Address Address = Ipv4Address.Parse("10.77.0.130");

    readonly BootTimelines _timelines = new(41);
    int _second;

    [Fact]
    public void Ids_go_on_behind_the_last_one() => Assert.Equal(42, Add(Dhcp(Machine(1)))!.Id);

    [Fact]
    public void A_boot_is_one_timeline_from_the_rom_to_the_kernel()
    {
        BootTimeline?[] boots =
        [
            Add(Dhcp(Machine(1))), Add(Read(Machine(1), "undionly.kpxe", bytes: 70_000)), Add(Dhcp(Machine(1), isIpxe: true)),
            Add(Read(Machine(1), "boot.ipxe", text: "#!ipxe")), Add(Read(Machine(1), "linux", bytes: 9_000_000)), Add(Dhcp(Machine(1), isBoot: false)),
        ];

        Assert.All(boots, boot => Assert.Equal(42, boot!.Id));
        Assert.Equal((9_070_000, 6, "bios"), (boots[^1]!.Bytes, boots[^1]!.Events, boots[^1]!.Firmware));
    }

    [Fact]
    public void A_rom_that_asks_again_after_it_loaded_something_begins_another()
    {
        Add(Dhcp(Machine(1)));
        Add(Read(Machine(1), "undionly.kpxe"));
        Assert.Equal(43, Add(Dhcp(Machine(1)))!.Id);
    }

    [Fact]
    public void A_read_of_which_only_the_address_is_known_belongs_to_its_holder()
    {
        Add(Dhcp(Machine(1), Address));
        Add(Dhcp(Machine(2), Ipv4Address.Parse("10.77.0.131")));
        Assert.Equal(42, Add(Read(MachineIdentity.Unknown, "undionly.kpxe"))!.Id);
    }

    [Fact]
    public void A_boot_that_begins_with_such_a_read_is_still_the_machines()
    {
        Add(Dhcp(Machine(1), Address));
        _second += 36_000;
        var later = Add(Read(MachineIdentity.Unknown, "pxelinux.cfg/default"));
        Assert.Equal((43, Machine(1).Mac), (later!.Id, later.Machine.Mac));
    }

    [Fact]
    public void An_address_is_its_last_holders()
    {
        Add(Dhcp(Machine(1), Address));
        Add(Dhcp(Machine(2), Address));
        Add(Dhcp(Machine(1), Ipv4Address.Parse("10.77.0.131")));
        Assert.Equal(43, Add(Read(MachineIdentity.Unknown, "undionly.kpxe"))!.Id);
    }

    [Fact]
    public void An_address_that_a_machine_has_left_is_nobodys()
    {
        Add(Dhcp(Machine(1), Address));
        Add(Dhcp(Machine(1), Ipv4Address.Parse("10.77.0.131")));
        Assert.Null(Add(Read(MachineIdentity.Unknown, "undionly.kpxe")));
    }

    [Fact]
    public void A_running_systems_dhcp_and_a_strangers_read_are_no_boots()
    {
        Assert.Null(Add(Dhcp(Machine(1), Address, isBoot: false)));
        Assert.Null(Add(Read(MachineIdentity.Unknown, "undionly.kpxe")));
    }

    [Fact]
    public void Names_that_are_not_found_are_no_progress()
    {
        Add(Dhcp(Machine(1)));
        var before = Add(Read(Machine(1), "pxelinux.0", bytes: 40_000))!;
        var after = Add(Read(Machine(1), "pxelinux.cfg/0A4D0082") with { Outcome = ReadOutcome.NotFound })!;
        Assert.Equal((before.Stage, before.Bytes, before.Events + 1), (after.Stage, after.Bytes, after.Events));
    }

    [Fact]
    public void Of_too_many_machines_those_are_forgotten_that_were_heard_of_longest_ago()
    {
        for (var number = 1; number <= 10_001; number++)
            Add(Dhcp(Machine(number), new(Address.Value + (uint)number)));

        Assert.Equal(9_041, Add(Read(MachineIdentity.Unknown, "a") with { Address = new(Address.Value + 9_000) })!.Id);
        Assert.Null(Add(Read(MachineIdentity.Unknown, "a") with { Address = new(Address.Value + 1) }));
    }

    [Fact]
    public void A_machine_that_is_heard_of_now_and_then_keeps_its_boot_among_any_number_of_others()
    {
        var first = Add(Dhcp(Machine(1), Address))!.Id;
        for (var number = 2; number <= 30_000; number++)
        {
            Add(Dhcp(Machine(number), new(Address.Value + (uint)number)));
            if (number % 4_000 == 0)
                Assert.Equal(first, Add(Read(MachineIdentity.Unknown, "a"))!.Id);
        }

        Assert.Equal(first, Add(Read(Machine(1), "b"))!.Id);
    }

    BootTimeline? Add(BootEvent boot) => _timelines.Add(boot with { At = Start.AddMilliseconds(100 * _second++) });

    static MachineIdentity Machine(int number) => new(new MacAddress(0x525400000000 + (ulong)number));

    static BootEvent.Dhcp Dhcp(MachineIdentity machine, Ipv4Address address = default, bool isBoot = true, bool isIpxe = false) =>
        new(BootChannel.ProxyDhcp, default, default, "DISCOVER", [])
        {
            At = default,
            Machine = machine,
            Address = address,
            Circumstances = new("eth0", default, default, default, 67, "1"),
            IsBoot = isBoot,
            IsIpxe = isIpxe,
            Architecture = isBoot ? new ClientArchitecture(0) : null,
        };

    static BootEvent.Read Read(MachineIdentity machine, string name, long bytes = 0, string? text = null) =>
        new(BootChannel.Tftp, name, "loader", ReadOutcome.Completed, bytes, TimeSpan.FromSeconds(1)) { At = default, Machine = machine, Address = Address, Text = text };
}
