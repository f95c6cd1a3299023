using System.Text;
using Cordwain.Boot.Catalog;
using Cordwain.Boot.Decisions;
using Cordwain.Boot.Dhcp;
using Cordwain.Boot.Machines;
using Cordwain.Protocols.Dhcp4;
using Cordwain.Protocols.Wire;

namespace Cordwain.Boot.Tests.Decisions;

public sealed class BootRequestTests
{
    public static TheoryData<string, string, string, ushort?> Architectures => new()
    {
        // what                                  option 93     option 60                             architecture
        { "as said",                             "0007",       "PXEClient:Arch:00007:UNDI:003010",   7 },
        { "the first that is known",             "FFFF0007",   "PXEClient",                          7 },
        { "unknown, when none is known",         "FFFF",       "PXEClient",                          65535 },
        { "93 before 60",                        "000B",       "PXEClient:Arch:00016:UNDI:003000",   11 },
        { "from 60 when 93 is absent",           "",           "PXEClient:Arch:00011:UNDI:003000",   11 },
        { "hex digits of U-Boot",                "",           "PXEClient:Arch:0000b:UNDI:003000",   11 },
        { "a malformed 93",                      "00",         "PXEClient:Arch:00007:UNDI:003000",   7 },
        { "a bare PXEClient",                    "",           "PXEClient",                          null },
        { "nonsense in 60",                      "",           "PXEClient:Arch:zzzzz:UNDI:003000",   null },
    };

    [Theory, MemberData(nameof(Architectures))]
    public void Reads_the_architecture(string what, string option93, string option60, ushort? expected)
    {
        var request = From(options =>
        {
            options.SetRaw(60, Encoding.ASCII.GetBytes(option60));
            if (option93.Length > 0)
                options.SetRaw(93, Convert.FromHexString(option93));
        });
        Assert.True(expected == request.Architecture?.Code, what);
    }

    [Theory]
    [InlineData("iPXE", true, true)]
    [InlineData("iPXE", false, true)]
    [InlineData("LABROM", true, false)]
    [InlineData("", true, true)]
    [InlineData("", false, false)]
    [InlineData("\u0004iPXE", false, true)]
    [InlineData("\u0005other\u0004iPXE", false, true)]
    public void Knows_ipxe_by_its_class_and_by_its_option_when_it_has_none(string userClass, bool option175, bool expected) =>
        Assert.Equal(expected, From(options =>
        {
            if (userClass.Length > 0)
                options.SetRaw(77, Encoding.Latin1.GetBytes(userClass));
            if (option175)
                options.SetRaw(175, [0x13, 1, 1]);
        }).IsIpxe);

    [Fact]
    public void The_operator_knows_better_than_firmware_that_lies()
    {
        var machine = new MachineDefinition { Name = "board", Macs = [Lab.Mac], Architecture = new ClientArchitecture(11) };
        Assert.Equal(new ClientArchitecture(11), From(options => options.SetRaw(93, [0, 7]), Lab.Catalog(NetworkRole.Server, machine)).Architecture);
    }

    [Theory]
    [InlineData(NetworkRole.Server, 67, BootChannel.Dhcp)]
    [InlineData(NetworkRole.Proxy, 67, BootChannel.ProxyDhcp)]
    [InlineData(NetworkRole.Server, 4011, BootChannel.BootServer)]
    [InlineData(NetworkRole.Proxy, 4011, BootChannel.BootServer)]
    public void The_channel_is_port_and_role(NetworkRole role, int port, BootChannel expected) =>
        Assert.Equal(expected, From(_ => { }, Lab.Catalog(role), port).Channel);

    static BootRequest From(Action<DhcpOptionSet.Builder> change, BootCatalog? catalog = null, int port = 67)
    {
        var options = new DhcpOptionSet.Builder();
        change(options);
        var message = new DhcpMessage { Op = DhcpMessage.BootRequest, Chaddr = Lab.Mac.ToArray(), Options = options.Build() };
        catalog ??= Lab.Catalog(NetworkRole.Server);
        return BootRequest.From(message, new("eth0", Lab.Server, port, Ipv4Address.Any, 68), catalog, catalog.Networks[0]);
    }
}
