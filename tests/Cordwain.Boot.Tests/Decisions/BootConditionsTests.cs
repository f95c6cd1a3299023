using Cordwain.Boot.Catalog;
using Cordwain.Boot.Decisions;
using Cordwain.Boot.Machines;
using Cordwain.Protocols.Dhcp4;
using Cordwain.Protocols.Wire;
using Platform = Cordwain.Boot.Machines.Platform;

namespace Cordwain.Boot.Tests.Decisions;

public sealed class BootConditionsTests
{
    static readonly BootRequest Request = new()
    {
        Machine = new(Lab.Mac, Guid.Parse("77000000-0000-4000-8000-000000000001"), "ABC123"),
        Channel = BootChannel.Dhcp,
        Server = Lab.Server,
        Architecture = new ClientArchitecture(7),
        IsPxeClient = true,
        IsIpxe = true,
        VendorClass = "PXEClient:Arch:00007:UNDI:003010",
        UserClasses = ["iPXE"],
        Network = "rack-a",
        Relay = Ipv4Address.Parse("192.168.20.1"),
        Options = new DhcpOptionSet.Builder().SetRaw(77, "iPXE"u8).SetRaw(82, [1, 4, 0xde, 0xad, 0xbe, 0xef]).SetRaw(175, []).Build(),
    };

    public static TheoryData<string, BootCondition, bool, string> Conditions => new()
    {
        // what                                  condition                                                                             holds   because
        { "nothing",                             BootCondition.Always,                                                                 true,  "it has no condition" },
        { "architecture",                        new() { Arch = [new(0), new(7)] },                                                    true,  "its architecture is 7 (efi-x64)" },
        { "another architecture",                new() { Arch = [new(0)] },                                                            false, "its architecture is 7 (efi-x64), not 0 (bios)" },
        { "platform and CPU",                    new() { Platform = [Platform.Efi], Cpu = [Cpu.X64] },                                 true,  "its platform is Efi, its CPU is X64" },
        { "another CPU",                         new() { Platform = [Platform.Efi], Cpu = [Cpu.Arm64] },                               false, "its CPU is X64, not Arm64" },
        { "iPXE",                                new() { Ipxe = true },                                                                true,  "iPXE is asking" },
        { "not iPXE",                            new() { Ipxe = false },                                                               false, "iPXE is asking" },
        { "HTTP boot",                           new() { Http = true },                                                                false, "the client does not boot by HTTP" },
        { "user class",                          new() { UserClass = [new("ipxe")] },                                                  true,  "its user class is 'iPXE'" },
        { "another user class",                  new() { UserClass = [new("gPXE"), new("our-*")] },                                    false, "its user class is 'iPXE', not gPXE or our-*" },
        { "vendor class by beginning",           new() { VendorClass = [new("PXEClient*")] },                                          true,  "its vendor class is 'PXEClient:Arch:00007:UNDI:003010'" },
        { "MAC by maker",                        new() { Mac = [new("52:54:00:*")] },                                                  true,  "its MAC is 52:54:00:77:00:01" },
        { "another MAC",                         new() { Mac = [new("52:54:01:*")] },                                                  false, "its MAC is 52:54:00:77:00:01, not 52:54:01:*" },
        { "UUID",                                new() { Uuid = [new("77000000-*")] },                                                 true,  "its UUID is 77000000-0000-4000-8000-000000000001" },
        { "serial",                              new() { Serial = [new("abc12?")] },                                                   true,  "its serial number is 'ABC123'" },
        { "network",                             new() { Network = [new("rack-*")] },                                                  true,  "its network is rack-a" },
        { "relay",                               new() { Relay = [new(Ipv4Address.Parse("192.168.20.0"), 24)] },                       true,  "the relay is 192.168.20.1" },
        { "another relay",                       new() { Relay = [new(Ipv4Address.Parse("192.168.30.0"), 24)] },                       false, "the relay is 192.168.20.1, not in 192.168.30.0/24" },
        { "an option is there",                  new() { Options = [(175, new("*"))] },                                                true,  "option 175 is empty" },
        { "an option is not there",              new() { Options = [(93, new("*"))] },                                                 false, "there is no option 93" },
        { "option as text",                      new() { Options = [(77, new("iPXE"))] },                                              true,  "option 77 is 'iPXE'" },
        { "dhcpd: if exists and equals",         new() { Options = [(77, new("*"))], UserClass = [new("iPXE")] },                      true,  "its user class is 'iPXE', option 77 is 'iPXE'" },
        { "circuit id inside option 82",         new() { Options = [(82, new("hex:*0104deadbeef*"))] },                                true,  "option 82 is hex:0104deadbeef" },
        { "another circuit id",                  new() { Options = [(82, new("hex:*0104cafe*"))] },                                    false, "option 82 is hex:0104deadbeef, not hex:*0104cafe*" },
        { "hex with colons",                     new() { Options = [(77, new("hex:69:50:58:45"))] },                                   true,  "option 77 is 'iPXE'" },
        { "dnsmasq: tag:!known",                 new() { Not = [new() { Mac = [new("00:11:22:*")] }] },                                true,  "its MAC is 52:54:00:77:00:01, not 00:11:22:*" },
        { "excluded",                            new() { Not = [new() { Ipxe = true }] },                                              false, "it is excluded: iPXE is asking" },
        { "one of several",                      new() { Any = [new() { Http = true }, new() { Ipxe = true }] },                       true,  "iPXE is asking" },
        { "none of several",                     new() { Any = [new() { Http = true }, new() { Ipxe = false }] },                      false, "none of its alternatives holds (the client does not boot by HTTP; iPXE is asking)" },
    };

    [Theory, MemberData(nameof(Conditions))]
    public void Holds(string what, BootCondition condition, bool expected, string because)
    {
        Assert.True(expected == BootConditions.Holds(condition, Request, out var why), $"{what}: {why}");
        Assert.Equal(because, why);
        Assert.Equal(expected, BootConditions.Holds(condition, Request));
    }

    [Fact]
    public void What_is_not_known_meets_no_condition_that_asks_for_it()
    {
        var stranger = Request with { Machine = MachineIdentity.Unknown, Architecture = null, UserClasses = [], VendorClass = "", Network = null, Relay = null };
        Assert.False(BootConditions.Holds(new() { Mac = [new("*")] }, stranger, out var mac));
        Assert.False(BootConditions.Holds(new() { Arch = [new(0)] }, stranger));
        Assert.False(BootConditions.Holds(new() { UserClass = [new("*")] }, stranger));
        Assert.False(BootConditions.Holds(new() { Relay = [new(Ipv4Address.Any, 0)] }, stranger));
        Assert.Equal("it has no MAC", mac);
    }

    [Fact]
    public void Control_characters_of_a_client_do_not_reach_the_trace()
    {
        Assert.False(BootConditions.Holds(new() { UserClass = [new("x")] }, Request with { UserClasses = ["\x1b[2J\n"] }, out var why));
        Assert.DoesNotContain(why, char.IsControl);
    }
}
