using Cordwain.Server.Linux;

namespace Cordwain.Server.Tests.Linux;

public sealed class PortOwnerTests
{
    // Lines of /proc/net/udp: ports 67, 68 and 67 again on one address.
    static readonly string[] Table =
    [
        "   sl  local_address rem_address   st tx_queue rx_queue tr tm->when retrnsmt   uid  timeout inode ref pointer drops",
        "  119: 00000000:0043 00000000:0000 07 00000000:00000000 00:00000000 00000000     0        0 17170 2 0000000000000000 0",
        "  120: 00000000:0044 00000000:0000 07 00000000:00000000 00:00000000 00000000     0        0 17171 2 0000000000000000 0",
        "  119: 0100007F:0043 00000000:0000 07 00000000:00000000 00:00000000 00000000   103        0 17172 2 0000000000000000 0",
        "cut",
    ];

    [Fact]
    public void Finds_the_sockets_of_a_port_in_the_table() =>
        Assert.Equal(["socket:[17170]", "socket:[17172]"], PortOwner.InodesOf(Table, 67).Order());

    [Fact]
    public void Nobody_owns_a_port_that_is_not_in_the_table() => Assert.Empty(PortOwner.InodesOf(Table, 4011));

    [Fact]
    public void A_port_number_is_not_found_in_a_longer_one() => Assert.Empty(PortOwner.InodesOf(Table, 0x3));
}
