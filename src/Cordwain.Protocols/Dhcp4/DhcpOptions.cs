using System.Collections.Immutable;
using Cordwain.Protocols.Wire;

namespace Cordwain.Protocols.Dhcp4;

/// <summary>The DHCPv4 options this server reads or writes by name in code, one line each; names follow the IANA registry.</summary>
public static class DhcpOptions
{
    internal const byte MessageTypeCode = 53;

    public static readonly DhcpOption<Ipv4Address> SubnetMask = new(1, "subnet-mask", OptionCodecs.Ipv4, "RFC 2132 §3.3");
    public static readonly DhcpOption<ImmutableArray<Ipv4Address>> Router = new(3, "routers", OptionCodecs.Ipv4List, "RFC 2132 §3.5");
    public static readonly DhcpOption<ImmutableArray<Ipv4Address>> DomainNameServer = new(6, "domain-name-servers", OptionCodecs.Ipv4List, "RFC 2132 §3.8");
    public static readonly DhcpOption<string> HostName = new(12, "host-name", OptionCodecs.Text, "RFC 2132 §3.14");
    public static readonly DhcpOption<string> DomainName = new(15, "domain-name", OptionCodecs.Text, "RFC 2132 §3.17");
    public static readonly DhcpOption<string> RootPath = new(17, "root-path", OptionCodecs.Text, "RFC 2132 §3.19");
    public static readonly DhcpOption<Ipv4Address> BroadcastAddress = new(28, "broadcast-address", OptionCodecs.Ipv4, "RFC 2132 §5.3");
    public static readonly DhcpOption<ReadOnlyMemory<byte>> VendorSpecificInformation = new(43, "vendor-specific-information", OptionCodecs.Bytes, "RFC 2132 §8.4");
    public static readonly DhcpOption<Ipv4Address> RequestedIpAddress = new(50, "requested-ip-address", OptionCodecs.Ipv4, "RFC 2132 §9.1");
    public static readonly DhcpOption<TimeSpan> IpAddressLeaseTime = new(51, "ip-address-lease-time", OptionCodecs.Seconds, "RFC 2132 §9.2");
    public static readonly DhcpOption<byte> MessageType = new(MessageTypeCode, "dhcp-message-type", OptionCodecs.U8, "RFC 2132 §9.6");
    public static readonly DhcpOption<Ipv4Address> ServerIdentifier = new(54, "server-identifier", OptionCodecs.Ipv4, "RFC 2132 §9.7");
    public static readonly DhcpOption<ReadOnlyMemory<byte>> ParameterRequestList = new(55, "parameter-request-list", OptionCodecs.Bytes, "RFC 2132 §9.8");
    public static readonly DhcpOption<string> Message = new(56, "message", OptionCodecs.Text, "RFC 2132 §9.9");
    public static readonly DhcpOption<ushort> MaximumMessageSize = new(57, "maximum-dhcp-message-size", OptionCodecs.U16, "RFC 2132 §9.10");
    public static readonly DhcpOption<TimeSpan> RenewalTime = new(58, "renewal-time-value", OptionCodecs.Seconds, "RFC 2132 §9.11");
    public static readonly DhcpOption<TimeSpan> RebindingTime = new(59, "rebinding-time-value", OptionCodecs.Seconds, "RFC 2132 §9.12");
    public static readonly DhcpOption<string> VendorClassIdentifier = new(60, "vendor-class-identifier", OptionCodecs.Text, "RFC 2132 §9.13");
    public static readonly DhcpOption<ReadOnlyMemory<byte>> ClientIdentifier = new(61, "client-identifier", OptionCodecs.Bytes, "RFC 2132 §9.14");
    public static readonly DhcpOption<string> TftpServerName = new(66, "tftp-server-name", OptionCodecs.Text, "RFC 2132 §9.4");
    public static readonly DhcpOption<string> BootfileName = new(67, "bootfile-name", OptionCodecs.Text, "RFC 2132 §9.5");
    public static readonly DhcpOption<ReadOnlyMemory<byte>> UserClass = new(77, "user-class", OptionCodecs.Bytes, "RFC 3004; iPXE sends it bare, without length octets");
    public static readonly DhcpOption<ReadOnlyMemory<byte>> ClientFqdn = new(81, "client-fqdn", OptionCodecs.Bytes, "RFC 4702 §2");
    public static readonly DhcpOption<ReadOnlyMemory<byte>> RelayAgentInformation = new(82, "relay-agent-information", OptionCodecs.Bytes, "RFC 3046 §2.0");
    public static readonly DhcpOption<ImmutableArray<ushort>> ClientArchitecture = new(93, "client-system-architecture", OptionCodecs.U16List, "RFC 4578 §2.1");
    public static readonly DhcpOption<ReadOnlyMemory<byte>> ClientNetworkInterface = new(94, "client-network-interface-identifier", OptionCodecs.Bytes, "RFC 4578 §2.2");
    public static readonly DhcpOption<ReadOnlyMemory<byte>> ClientMachineIdentifier = new(97, "client-machine-identifier", OptionCodecs.Bytes, "RFC 4578 §2.3");
    public static readonly DhcpOption<Ipv4Address> SubnetSelection = new(118, "subnet-selection", OptionCodecs.Ipv4, "RFC 3011 §2");
    public static readonly DhcpOption<ImmutableArray<string>> DomainSearch = new(119, "domain-search", OptionCodecs.DomainList, "RFC 3397 §2");
    public static readonly DhcpOption<ImmutableArray<ClasslessRoute>> ClasslessStaticRoutes = new(121, "classless-static-routes", OptionCodecs.ClasslessRoutes, "RFC 3442");
    public static readonly DhcpOption<ReadOnlyMemory<byte>> IpxeEncapsulated = new(175, "ipxe", OptionCodecs.Bytes, "iPXE's own, ipxe.org/howto/dhcpd");
    public static readonly DhcpOption<string> IpxeInitiatorName = new(203, "iscsi-initiator-iqn", OptionCodecs.Text, "iPXE's own");
}
