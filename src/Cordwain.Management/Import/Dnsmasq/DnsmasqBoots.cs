using System.Globalization;
using Cordwain.Management.Import.Draft;
using Cordwain.Protocols.Wire;

namespace Cordwain.Management.Import.Dnsmasq;

/// <summary>dhcp-boot and pxe-service: the rules.</summary>
sealed class DnsmasqBoots(ImportDraft draft, DnsmasqTags tags, ImportReport report)
{
    // By their place in option 93 (dnsmasq(8), pxe-service).
    static readonly string[] Systems = ["x86PC", "PC98", "IA64_EFI", "Alpha", "Arc_x86", "Intel_Lean_Client", "IA32_EFI", "x86-64_EFI", "Xscale_EFI", "BC_EFI", "ARM32_EFI", "ARM64_EFI"];

    readonly List<DraftRule> _tagged = [], _untagged = [], _services = [];

    public void Boot(DnsmasqLine line)
    {
        if (!TryTags(line, out var condition, out var rest) || rest.Count == 0)
            return;
        var server = rest.Count > 2 ? Address(rest[2], line) : null;
        var rule = new DraftRule(condition, line.Place) { File = rest[0].Length == 0 ? null : rest[0], ServerName = rest.Count > 1 && rest[1].Length > 0 ? rest[1] : null, NextServer = server };

        // The one that stands last wins, and one with tags before all without.
        (line.Fields.Length > rest.Count ? _tagged : _untagged).Insert(0, rule);
    }

    public void Service(DnsmasqLine line)
    {
        if (!TryTags(line, out var condition, out var rest) || rest.Count < 2)
            return;
        var code = Array.FindIndex(Systems, system => system.Equals(rest[0], StringComparison.OrdinalIgnoreCase));
        if (code < 0 && !(ushort.TryParse(rest[0], NumberStyles.None, CultureInfo.InvariantCulture, out var number) && (code = number) >= 0))
        {
            report.LeftOut("CW6006", line.Place, $"`{rest[0]}` is no kind of client.", "Write a rule with `when: { arch: … }`.");
            return;
        }

        var when = ImportCondition.And([ImportCondition.Arch((ushort)code), condition]);
        if (rest.Count < 3 || rest[2].Length == 0 || rest[2].All(char.IsAsciiDigit))
        {
            report.LeftOut("CW6004", line.Place, $"`{line}`: an entry of the firmware's own menu that names no file.", "The menu of Cordwain has `local` for the disk.");
            return;
        }

        if (_services.Exists(other => other.When.Text == when.Text))
        {
            report.LeftOut("CW6004", line.Place, $"`{line}`: the same clients are offered another file already, and Cordwain's answer names one.", "Put the choice into `menu:`.");
            return;
        }

        // A name without a dot gets the boot layer behind it.
        var file = rest[2].Contains('.', StringComparison.Ordinal) ? rest[2] : rest[2] + ".0";
        _services.Add(new(when, line.Place) { File = file, NextServer = rest.Count > 3 ? Address(rest[3], line) : null });
    }

    public void Ignore(DnsmasqLine line)
    {
        if (line.Fields is ["tag:!known"] or ["tag:#known"] or ["#known"] or ["!known"])
        {
            foreach (var network in draft.Networks.Where(network => network.Role == "server"))
                network.KnownOnly = true;
            return;
        }

        if (!TryTags(line, out var condition, out _))
            return;
        draft.Rules.Add(new(condition, line.Place) { Ignore = true });
        if (draft.Networks.Exists(network => network.Role == "server"))
            report.LeftOut("CW6004", line.Place, $"`{line}`: such clients get no boot information, but still an address.", "Write reservations with `ignore: true` for them.");
    }

    public void Finish()
    {
        draft.Rules.AddRange(_tagged.Concat(_services).Concat(_untagged));
    }

    /// <param name="rest">The fields behind the tags.</param>
    bool TryTags(DnsmasqLine line, out ImportCondition condition, out List<string> rest)
    {
        var wanted = line.Fields.TakeWhile(field => field.StartsWith("tag:", StringComparison.Ordinal) || field.StartsWith("net:", StringComparison.Ordinal)).Select(field => field[4..]).ToList();
        rest = [.. line.Fields.Skip(wanted.Count)];
        condition = tags.All(wanted, out var unknown);
        if (unknown.Length > 0)
        {
            report.LeftOut("CW6005", line.Place, $"`{line}`: nothing in the file sets the tag `{unknown}`.", $"Add the line that sets it (`dhcp-match=set:{unknown},…`), or write the rule by hand.");
            return false;
        }

        return !condition.IsNever;
    }

    Ipv4Address? Address(string text, DnsmasqLine line)
    {
        if (Ipv4Address.TryParse(text, out var address))
            return address.IsAny ? null : address;
        if (text.Length > 0)
            report.LeftOut("CW6011", line.Place, $"`{text}` is a name, and Cordwain asks no DNS for its configuration.", "Write its address as `next-server:` of the rule.");
        return null;
    }
}
