using System.Collections.Frozen;

namespace Cordwain.Management.Import.Dnsmasq;

/// <summary>Lines of dnsmasq.conf that have no counterpart, and why.</summary>
static class DnsmasqWords
{
    static readonly FrozenSet<string> Dns = Set("""
        server local address cname mx-host mx-target selfmx localmx srv-host txt-record ptr-record host-record naptr-record caa-record dns-rr synth-domain interface-name
        addn-hosts hostsdir cache-size no-resolv no-hosts no-poll resolv-file strict-order all-servers domain-needed bogus-priv filterwin2k filter-a filter-aaaa filter-rr
        stop-dns-rebind rebind-localhost-ok rebind-domain-ok dnssec dnssec-check-unsigned dnssec-no-timecheck dnssec-timestamp dnssec-debug dnssec-limits trust-anchor proxy-dnssec
        neg-ttl local-ttl max-ttl max-cache-ttl min-cache-ttl auth-ttl auth-server auth-zone auth-soa auth-sec-servers auth-peer expand-hosts localise-queries query-port min-port max-port
        dns-forward-max conntrack alias bogus-nxdomain ignore-address ipset nftset edns-packet-max no-negcache add-mac add-subnet strip-mac strip-subnet add-cpe-id dns-loop-detect rev-server
        clear-on-reload servers-file no-0x20-encode do-0x20-encode use-stale-cache fast-dns-retry port-limit no-round-robin umbrella connmark-allowlist connmark-allowlist-enable
        no-ident hostname-ttl dhcp-ttl localmx no-dhcpv4-dns resolv max-tcp-connections
        """);

    static readonly FrozenSet<string> Harmless = Set("""
        user group pid-file keep-in-foreground no-daemon log-queries log-facility log-async log-dhcp log-debug quiet-dhcp quiet-dhcp6 quiet-ra quiet-tftp
        bind-interfaces bind-dynamic dhcp-lease-max dhcp-sequential-ip dhcp-no-override dhcp-generate-names tftp-no-fail tftp-lowercase enable-dbus enable-ubus
        dhcp-fqdn leasefile-ro dhcp-ignore-names dhcp-ignore-clid domain-suffix read-ethers-none local-service dumpfile dumpmask tftp-unique-root bridge-interface shared-network-none
        """);

    static readonly FrozenDictionary<string, (string Why, string Fix)> Missing = new Dictionary<string, (string, string)>
    {
        ["except-interface"] = ("Cordwain is told which interfaces to use, not which not.", "Write the wanted ones: `dhcp: { interfaces: [...] }`."),
        ["no-dhcp-interface"] = ("Cordwain is told which interfaces to use, not which not.", "Write the wanted ones: `dhcp: { interfaces: [...] }`."),
        ["no-dhcpv4-interface"] = ("Cordwain is told which interfaces to use, not which not.", "Write the wanted ones: `dhcp: { interfaces: [...] }`."),
        ["dhcp-script"] = ("Cordwain runs no programs for DHCP events.", "Read `cordwain leases --json` instead."),
        ["dhcp-luascript"] = ("Cordwain runs no programs for DHCP events.", "Read `cordwain leases --json` instead."),
        ["dhcp-scriptuser"] = ("Cordwain runs no programs for DHCP events.", "Remove it."),
        ["script-arp"] = ("Cordwain runs no programs for DHCP events.", "Remove it."),
        ["script-on-renewal"] = ("Cordwain runs no programs for DHCP events.", "Remove it."),
        ["dhcp-relay"] = ("Cordwain is no relay.", "Keep a relay agent, such as isc-dhcp-relay."),
        ["dhcp-proxy"] = ("Answers always come from Cordwain itself.", "Remove it."),
        ["dhcp-hostsfile"] = ("Other files are not followed.", "Put its lines into the imported file as `dhcp-host=…`."),
        ["dhcp-hostsdir"] = ("Other files are not followed.", "Put their lines into the imported file as `dhcp-host=…`."),
        ["dhcp-optsfile"] = ("Other files are not followed.", "Put its lines into the imported file as `dhcp-option=…`."),
        ["dhcp-optsdir"] = ("Other files are not followed.", "Put their lines into the imported file as `dhcp-option=…`."),
        ["read-ethers"] = ("/etc/ethers is not read.", "Put its lines into the imported file as `dhcp-host=MAC,ADDRESS`."),
        ["dhcp-circuitid"] = ("Conditions look at option 82 as a whole.", "Write a condition `option: { 82: \"hex:…\" }`."),
        ["dhcp-remoteid"] = ("Conditions look at option 82 as a whole.", "Write a condition `option: { 82: \"hex:…\" }`."),
        ["dhcp-subscrid"] = ("Conditions look at option 82 as a whole.", "Write a condition `option: { 82: \"hex:…\" }`."),
        ["dhcp-rapid-commit"] = ("Rapid commit is not spoken.", "Nothing: clients use the four messages then."),
        ["dhcp-broadcast"] = ("Cordwain answers by broadcast where the client asks for it.", "Nothing, unless a client is found that needs it."),
        ["bootp-dynamic"] = ("BOOTP clients get no address of a pool.", "Give them a reservation."),
        ["dhcp-duid"] = ("DHCPv6 is not there yet.", "Keep it in the old server."),
        ["enable-ra"] = ("Cordwain sends no router advertisements.", "Keep them in the router."),
        ["ra-param"] = ("Cordwain sends no router advertisements.", "Keep them in the router."),
        ["dhcp-option6"] = ("DHCPv6 is not there yet.", "Keep it in the old server."),
        ["tftp-secure"] = ("TFTP serves what the server may read.", "Set the rights of the folder."),
        ["tftp-port-range"] = ("TFTP takes any port for a transfer.", "Write `tftp: { single-port: true }` for firewalls."),
        ["pxe-prompt"] = ("The menu has a prompt and a timeout of its own.", "Write `menu: { timeout: … }`, and `style: pxe-menu` where the firmware shall show one."),
        ["dhcp-pxe-vendor"] = ("It is a list of vendor classes.", "Write `dhcp: { vendor-classes: [...] }`."),
        ["shared-network"] = ("Cordwain gives addresses from one subnet on a cable.", "Widen the subnet."),
        ["dhcp-client-update"] = ("Cordwain does not update DNS.", "Remove it."),
        ["dhcp-split-relay"] = ("Cordwain is no relay.", "Remove it."),
    }.ToFrozenDictionary();

    public static void Report(DnsmasqLine line, ImportReport report)
    {
        if (line.Key == "port")
            report.Note("CW6009", line.Place, $"`{line}` is about DNS.", "Nothing to do: Cordwain is no DNS server.");
        else if (Dns.Contains(line.Key))
            report.LeftOut("CW6009", line.Place, $"`{line}` is not ours: Cordwain is no DNS server.", "Keep dnsmasq for DNS, with its DHCP and TFTP lines removed.");
        else if (line.Key is "conf-file" or "conf-dir")
            report.LeftOut("CW6007", line.Place, $"`{line}` is not followed.", "Give the files it names on the command line too: all become one configuration.");
        else if (line.Key is "dhcp-leasefile")
            report.Note("CW6010", line.Place, $"`{line}` is not needed: leases stand in Cordwain's data folder.", $"Import {line.Value} with `--data` to keep them.");
        else if (Harmless.Contains(line.Key))
            report.Note("CW6010", line.Place, $"`{line}` is not needed.", "Cordwain looks after this itself.");
        else if (Missing.TryGetValue(line.Key, out var missing))
            report.LeftOut("CW6004", line.Place, $"`{line}` has no counterpart: {missing.Why}", missing.Fix);
        else
            report.LeftOut("CW6003", line.Place, $"`{line}` is not known.", "Look it up in dnsmasq(8), and write what it was for by hand.");
    }

    static FrozenSet<string> Set(string words) => words.Split([' ', '\n', '\r'], StringSplitOptions.RemoveEmptyEntries).ToFrozenSet(StringComparer.Ordinal);
}
