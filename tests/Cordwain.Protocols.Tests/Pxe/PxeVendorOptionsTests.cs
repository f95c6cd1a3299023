using System.Text;
using Cordwain.Protocols.Dhcp4;
using Cordwain.Protocols.Pxe;
using Cordwain.Protocols.Tests.Dhcp4;
using Cordwain.Protocols.Wire;

namespace Cordwain.Protocols.Tests.Pxe;

public sealed class PxeVendorOptionsTests
{
    static readonly Ipv4Address Server = Ipv4Address.Parse("10.77.0.1");

    static string Hex(PxeVendorOptions options) => Convert.ToHexString(options.Encode());

    [Fact]
    public void File_in_offer_is_one_bit_and_the_terminator() => Assert.Equal("060108FF", Hex(PxeVendorOptions.FileInOffer));

    [Fact]
    public void A_menu_of_one_item_names_the_server_and_the_item() =>
        Assert.Equal("060103" + "0807" + "8000010A4D0001" + "0906" + "8000036C6162" + "0A04" + "006C6162" + "FF",
            Hex(PxeVendorOptions.SingleItem(Server, 0x8000, "lab")));

    [Theory, InlineData(false, "Raspberry Pi Boot"), InlineData(true, "Raspberry Pi Boot   ")]
    public void A_raspberry_pi_finds_its_name(bool padded, string name)
    {
        var text = Convert.ToHexString(Encoding.ASCII.GetBytes(name));
        Assert.Equal("060103" + $"09{name.Length + 3:X2}0000{name.Length:X2}{text}" + "0A0400505845" + "FF", Hex(PxeVendorOptions.RaspberryPi(padded)));
    }

    [Fact]
    public void The_chosen_item_is_echoed() =>
        Assert.Equal("470480000000FF", Hex(new() { BootItem = new byte[] { 0x80, 0, 0, 0 } }));

    [Fact]
    public void A_list_that_is_too_long_ends_after_its_last_whole_entry()
    {
        var menu = new PxeVendorOptions { Menu = [.. Enumerable.Range(1, 20).Select(i => new PxeMenuItem((ushort)i, new string('x', 20)))] };
        var bytes = menu.Encode();
        Assert.Equal([9, 253], bytes[..2]);   // 11 entries of 23 bytes
        Assert.Equal(255, bytes[^1]);
        Assert.Equal(2 + 253 + 1, bytes.Length);
    }

    [Fact]
    public void Prints_as_it_was_made()
    {
        var text = DhcpText.Describe(Packets.Reply(DhcpMessageType.Offer, options => options
            .SetRaw(43, PxeVendorOptions.SingleItem(Server, 0x8000, "lab", seconds: 10).Encode())));
        Assert.Contains("    43.6 discovery-control: 3\n    43.8 boot-servers: type 32768 at 10.77.0.1\n    43.9 boot-menu: type 32768 \"lab\"\n    43.10 menu-prompt: 10 s \"lab\"\n", text, StringComparison.Ordinal);
    }
}
