using System.Collections.Immutable;
using static Cordwain.Protocols.Dhcp4.OptionKinds;

namespace Cordwain.Protocols.Dhcp4;

public static partial class DhcpOptionTable
{
    const string PxeSpecification = "PXE 2.1 table 2-1", IpxeSource = "iPXE, src/include/ipxe/dhcp.h", IpxeFeature = "iPXE, src/include/ipxe/features.h";

    // Option 43 belongs to the vendor that option 60 names; these are PXE's.
    static ImmutableArray<DhcpOptionRow> PxeRows =>
    [
        Row(1, "mtftp-ip", Ipv4, PxeSpecification, "mtftp-address"),
        Row(2, "mtftp-cport", U16, PxeSpecification, "mtftp-client-port"),
        Row(3, "mtftp-sport", U16, PxeSpecification, "mtftp-server-port"),
        Row(4, "mtftp-tmout", U8, PxeSpecification, "mtftp-timeout"),
        Row(5, "mtftp-delay", U8, PxeSpecification),
        Row(6, "discovery-control", U8, PxeSpecification),
        Row(7, "discovery-mcast-addr", Ipv4, PxeSpecification, "discovery-multicast-address"),
        Row(8, "boot-servers", PxeBootServers, PxeSpecification, "boot-server"),
        Row(9, "boot-menu", PxeBootMenu, PxeSpecification),
        Row(10, "menu-prompt", PxeMenuPrompt, PxeSpecification),
        Row(11, "multicast-alloc", Bytes, PxeSpecification),
        Row(12, "credential-types", Bytes, PxeSpecification),
        Row(71, "boot-item", PxeBootItem, PxeSpecification),
        Row(72, "vendor-options", Bytes, PxeSpecification),
    ];

    static ImmutableArray<DhcpOptionRow> RelayRows =>
    [
        Row(1, "circuit-id", Bytes, "RFC 3046 §3.1", "agent-circuit-id"),
        Row(2, "remote-id", Bytes, "RFC 3046 §3.2", "agent-remote-id"),
        Row(4, "docsis-device-class", U32, "RFC 3256 §2"),
        Row(5, "link-selection", Ipv4, "RFC 3527 §3"),
        Row(6, "subscriber-id", Text, "RFC 3993 §3"),
        Row(7, "radius-attributes", Bytes, "RFC 4014 §3"),
        Row(8, "authentication", Bytes, "RFC 4030 §4"),
        Row(9, "vendor-specific", Bytes, "RFC 4243 §3"),
        Row(10, "relay-agent-flags", U8, "RFC 5010 §3", "agent-flags"),
        Row(11, "server-identifier-override", Ipv4, "RFC 5107 §4", "server-id-override"),
        Row(12, "relay-agent-identifier", Bytes, "RFC 6925 §5", "relay-id"),
        Row(13, "access-technology-type", Bytes, "RFC 7839 §4.1"),
        Row(14, "access-network-name", Text, "RFC 7839 §4.2"),
        Row(15, "access-point-name", Text, "RFC 7839 §4.3"),
        Row(16, "access-point-bssid", Bytes, "RFC 7839 §4.4"),
        Row(17, "operator-identifier", Bytes, "RFC 7839 §4.5"),
        Row(18, "operator-realm", Text, "RFC 7839 §4.6"),
        Row(19, "relay-source-port", Empty, "RFC 8357 §4.1"),
        Row(20, "mud-url", Text, "RFC 8520 §10"),
        Row(151, "virtual-subnet-selection", Bytes, "RFC 6607 §3.3"),
        Row(152, "virtual-subnet-selection-control", Empty, "RFC 6607 §3.4"),
    ];

    static ImmutableArray<DhcpOptionRow> IpxeRows =>
    [
        Row(1, "priority", I8, IpxeSource),
        Row(8, "keep-san", U8, IpxeSource),
        Row(9, "skip-san-boot", U8, IpxeSource),
        Row(16, "pxeext", U8, IpxeFeature),
        Row(17, "iscsi", U8, IpxeFeature),
        Row(18, "aoe", U8, IpxeFeature),
        Row(19, "http", U8, IpxeFeature),
        Row(20, "https", U8, IpxeFeature),
        Row(21, "tftp", U8, IpxeFeature),
        Row(22, "ftp", U8, IpxeFeature),
        Row(23, "dns", U8, IpxeFeature),
        Row(24, "bzimage", U8, IpxeFeature),
        Row(25, "multiboot", U8, IpxeFeature),
        Row(26, "slam", U8, IpxeFeature),
        Row(27, "srp", U8, IpxeFeature),
        Row(32, "nbi", U8, IpxeFeature),
        Row(33, "pxe", U8, IpxeFeature),
        Row(34, "elf", U8, IpxeFeature),
        Row(35, "comboot", U8, IpxeFeature),
        Row(36, "efi", U8, IpxeFeature),
        Row(37, "fcoe", U8, IpxeFeature),
        Row(38, "vlan", U8, IpxeFeature),
        Row(39, "menu", U8, IpxeFeature),
        Row(40, "sdi", U8, IpxeFeature),
        Row(41, "nfs", U8, IpxeFeature),
        Row(81, "scriptlet", Text, IpxeSource),
        Row(85, "syslogs", Text, IpxeSource, "syslog-server"),
        Row(90, "trust", Bytes, IpxeSource),
        Row(91, "cert", Bytes, IpxeSource),
        Row(92, "privkey", Bytes, IpxeSource),
        Row(93, "crosscert", Text, IpxeSource),
        Row(176, "no-pxedhcp", U8, IpxeSource),
        Row(177, "bus-id", IpxeBusId, IpxeSource),
        Row(178, "use-cached", U8, IpxeSource),
        Row(187, "san-retry", U8, IpxeSource),
        Row(188, "san-filename", Text, IpxeSource),
        Row(189, "bios-drive", U8, IpxeSource),
        Row(190, "username", Text, IpxeSource),
        Row(191, "password", Text, IpxeSource),
        Row(192, "reverse-username", Text, IpxeSource),
        Row(193, "reverse-password", Text, IpxeSource),
        Row(235, "version", IpxeVersion, IpxeSource),
    ];
}
