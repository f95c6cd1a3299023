using System.Collections.Frozen;

namespace Cordwain.Management.Import.Dhcpd;

/// <summary>Statements of dhcpd that have no counterpart, and why.</summary>
static class DhcpdWords
{
    const string Dns = "Cordwain does not update DNS.", Own = "Cordwain looks after this itself.", Log = "Cordwain writes its log to standard error, where the journal of systemd takes it.";

    // Need nothing: what they set has no meaning here or is so anyway.
    static readonly FrozenDictionary<string, string> Harmless = new Dictionary<string, string>(StringComparer.OrdinalIgnoreCase)
    {
        ["log-facility"] = Log,
        ["db-time-format"] = Own,
        ["lease-file-name"] = "Leases stand in Cordwain's data folder; import the file itself with `--data`.",
        ["pid-file-name"] = Own,
        ["one-lease-per-client"] = Own,
        ["get-lease-hostnames"] = Own,
        ["ping-timeout"] = Own,
        ["ping-cltt-secs"] = Own,
        ["stash-agent-options"] = "Cordwain sends back what a relay added in every answer.",
        ["omapi-port"] = "Cordwain has a control socket of its own.",
        ["omapi-key"] = "Cordwain has a control socket of its own.",
        ["site-option-space"] = Own,
        ["vendor-option-space"] = "",
        ["update-optimization"] = Dns,
        ["update-static-leases"] = Dns,
        ["update-conflict-detection"] = Dns,
        ["ddns-updates"] = Dns,
        ["dynamic-bootp-lease-length"] = Own,
        ["dynamic-bootp-lease-cutoff"] = Own,
        ["boot-unknown-clients"] = Own,
        ["echo-client-id"] = "Cordwain always echoes it (RFC 6842).",
        ["ignore-client-uids"] = Own,
        ["infinite-is-reserved"] = Own,
        ["dhcp-cache-threshold"] = Own,
        ["abandon-lease-time"] = Own,
        ["adaptive-lease-time-threshold"] = Own,
        ["server-id-check"] = Own,
        ["remote-port"] = Own,
        ["delayed-ack"] = "Cordwain gathers writes by itself.",
        ["max-ack-delay"] = "Cordwain gathers writes by itself.",
        ["do-forward-updates"] = Dns,
    }.ToFrozenDictionary(StringComparer.OrdinalIgnoreCase);

    static readonly FrozenDictionary<string, (string Why, string Fix)> Missing = new Dictionary<string, (string, string)>(StringComparer.OrdinalIgnoreCase)
    {
        ["ddns-hostname"] = (Dns, "Keep your DNS server's own records."),
        ["ddns-domainname"] = (Dns, "Keep your DNS server's own records."),
        ["ddns-rev-domainname"] = (Dns, "Keep your DNS server's own records."),
        ["zone"] = (Dns, "Keep your DNS server's own records."),
        ["key"] = (Dns, "Keep your DNS server's own records."),
        ["failover"] = ("Cordwain has no failover.", "Run one server for the network; its leases survive a restart."),
        ["local-port"] = ("The port is a setting of the server.", "Write `dhcp: { port: … }`."),
        ["local-address"] = ("Cordwain listens by interface.", "Name it with `dhcp: { interfaces: [...] }`."),
        ["server-identifier"] = ("Cordwain names its own address on the network.", "Remove it, or give the machine that address."),
        ["always-broadcast"] = ("Cordwain answers by broadcast where the client asks for it.", "Nothing, unless a client is found that needs it."),
        ["always-reply-rfc1048"] = ("BOOTP without the magic cookie is not answered.", "Nothing, unless such a client is still in use."),
        ["always"] = ("It is not known here.", "Look it up in dhcpd.conf(5)."),
        ["log"] = ("Statements that write to the log have no counterpart.", "`cordwain boots` shows what was asked and answered."),
        ["set"] = ("Variables have no counterpart in the DHCP part.", "Write rules with conditions instead."),
        ["unset"] = ("Variables have no counterpart in the DHCP part.", "Write rules with conditions instead."),
        ["execute"] = ("Cordwain runs no programs for DHCP events.", "Read `cordwain leases --json` instead."),
        ["on"] = ("Cordwain runs nothing on DHCP events.", "Read `cordwain leases --json` instead."),
        ["interface"] = ("Interfaces belong to networks.", "Write `interfaces: [...]` in the network."),
        ["range6"] = ("DHCPv6 is not there yet.", "Keep it in the old server."),
        ["subnet6"] = ("DHCPv6 is not there yet.", "Keep it in the old server."),
        ["spawn"] = ("Classes that make classes have no counterpart.", "Write one rule for each value."),
        ["lease"] = ("The number of leases of a class cannot be bounded.", "Bound the pool instead."),
        ["supersede"] = ("It changes options that others set.", "Write a rule or a class with the value."),
        ["append"] = ("It adds to options that others set.", "Write the whole value."),
        ["prepend"] = ("It adds to options that others set.", "Write the whole value."),
        ["default"] = ("It sets options that nobody else set.", "Write the value below the network's `options:`."),
        ["send"] = ("It belongs to dhclient.", "Remove it."),
        ["switch"] = ("`switch` is not taken apart.", "Write it as if and elsif, or as rules."),
        ["hardware"] = ("It stands outside of a host.", "Move it into a host."),
        ["fixed-address"] = ("It stands outside of a host.", "Move it into a host."),
        ["range"] = ("It stands outside of a subnet.", "Move it into its subnet."),
    }.ToFrozenDictionary(StringComparer.OrdinalIgnoreCase);

    /// <returns>Null, always: such a statement has no effect.</returns>
    public static DhcpdEffect.Assign? Report(DhcpdStatement statement, ImportReport report)
    {
        var word = statement[0];
        var text = DhcpdParser.Shortened(statement.ToString());
        if (word.Equals("ddns-update-style", StringComparison.OrdinalIgnoreCase))
        {
            if (!statement[1].Equals("none", StringComparison.OrdinalIgnoreCase))
                report.LeftOut("CW6004", statement.Place, $"`{text}`: {Dns}", "Keep your DNS server's own records.");
        }
        else if (word.Equals("include", StringComparison.OrdinalIgnoreCase))
        {
            report.LeftOut("CW6007", statement.Place, $"`{text}` is not followed.", $"Give {statement[1]} on the command line too: both become one configuration.");
        }
        else if (Harmless.TryGetValue(word, out var note))
        {
            if (note.Length > 0)
                report.Note("CW6010", statement.Place, $"`{text}` is not needed.", note);
        }
        else if (Missing.TryGetValue(word, out var missing))
        {
            report.LeftOut("CW6004", statement.Place, $"`{text}` has no counterpart: {missing.Why}", missing.Fix);
        }
        else
        {
            report.LeftOut("CW6003", statement.Place, $"`{text}` is not known.", "Look it up in dhcpd.conf(5), and write what it was for by hand.");
        }

        return null;
    }
}
