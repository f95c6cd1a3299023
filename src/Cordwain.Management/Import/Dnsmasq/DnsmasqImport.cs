using System.Globalization;
using Cordwain.Management.Import.Draft;
using Cordwain.Protocols.Dhcp4;
using Cordwain.Protocols.Wire;

namespace Cordwain.Management.Import.Dnsmasq;

/// <summary>Takes over a dnsmasq.conf. Lines may stand in any order: what sets tags and makes networks is read first.</summary>
sealed class DnsmasqImport
{
    readonly ImportDraft _draft;
    readonly ImportReport _report;
    readonly DnsmasqTags _tags = new();
    readonly DnsmasqRanges _ranges;
    readonly DnsmasqHosts _hosts;
    readonly DnsmasqBoots _boots;
    readonly List<DnsmasqLine> _lines;
    readonly List<Ipv4Address> _own = [];
    readonly DraftNames _classNames = new();

    DnsmasqImport(string text, string file, ImportDraft draft, DraftNames names, ImportReport report)
    {
        (_draft, _report) = (draft, report);
        _ranges = new(draft, names, _tags, report);
        _hosts = new(draft, names, _tags, report);
        _boots = new(draft, _tags, report);
        _lines = [.. DnsmasqLine.Read(text, file)];
    }

    public static void Read(string text, string file, ImportDraft draft, DraftNames names, ImportReport report)
    {
        var import = new DnsmasqImport(text, file, draft, names, report);
        import.TagsAndNetworks();
        import.Rest();
        import._hosts.Place();
        import.Options();
        import._boots.Finish();
    }

    IEnumerable<DnsmasqLine> Lines(string key) => _lines.Where(line => line.Key == key);

    void TagsAndNetworks()
    {
        if (Lines("interface").ToArray() is [var only])
            _tags.Set(only.Value, ImportCondition.Always);
        _own.AddRange(Lines("listen-address").SelectMany(line => line.Fields).Where(field => Ipv4Address.TryParse(field, out _)).Select(Ipv4Address.Parse));
        foreach (var line in _lines)
        {
            switch (line.Key)
            {
                case "dhcp-range":
                    _ranges.Take(line);
                    break;
                case "dhcp-host":
                    _hosts.Take(line);
                    break;
                case "dhcp-match" or "dhcp-vendorclass" or "dhcp-userclass" or "dhcp-mac" or "dhcp-name-match" or "tag-if":
                    SetTag(line);
                    break;
            }
        }
    }

    void SetTag(DnsmasqLine line)
    {
        var first = line.Fields.IsEmpty ? "" : line.Fields[0];
        var tag = first.StartsWith("set:", StringComparison.Ordinal) || first.StartsWith("net:", StringComparison.Ordinal) ? first[4..] : first;
        string[] fields = [.. line.Fields.Skip(1)];
        if (fields.Length == 0)
        {
            _report.LeftOut("CW6002", line.Place, $"`{line}` sets nothing.", "Look at its commas: dhcp-match=set:TAG,OPTION,VALUE.");
            return;
        }

        var (why, text) = ("", string.Join(',', fields));
        ImportCondition? when = null;
        switch (line.Key)
        {
            case "tag-if":
                var sets = line.Fields.Where(field => field.StartsWith("set:", StringComparison.Ordinal)).ToArray();
                foreach (var set in sets)
                    _tags.Derive(set[4..], [.. line.Fields.Where(field => field.StartsWith("tag:", StringComparison.Ordinal)).Select(field => field[4..])]);
                return;
            case "dhcp-match":
                when = DnsmasqTags.Match(fields, out why);
                break;
            case "dhcp-mac":
                when = DnsmasqTags.MacPattern(fields[0]) is { } mac ? new ImportCondition.Test("mac", [mac]) : null;
                break;
            case "dhcp-name-match":
                when = new ImportCondition.Test("option", [fields[0]], "host-name", 12);
                break;
            default:
                when = text.StartsWith("enterprise:", StringComparison.Ordinal) ? null : DnsmasqTags.Contains((byte)(line.Key == "dhcp-userclass" ? 77 : 60), text);
                break;
        }

        if (when is null)
            _report.LeftOut("CW6005", line.Place, $"`{line}` has no counterpart{(why.Length > 0 ? ": " + why : "")}.", "Write the condition with `option:` by hand, in the rules that need it.");
        else
            _tags.Set(tag, when);
    }

    void Rest()
    {
        foreach (var line in _lines)
        {
            switch (line.Key)
            {
                case "dhcp-range" or "dhcp-host" or "dhcp-match" or "dhcp-vendorclass" or "dhcp-userclass" or "dhcp-mac" or "dhcp-name-match" or "tag-if":
                case "dhcp-option" or "dhcp-option-force" or "listen-address" or "enable-tftp" or "dhcp-authoritative" or "no-ping" or "domain":
                    break;
                case "dhcp-boot":
                    _boots.Boot(line);
                    break;
                case "pxe-service":
                    _boots.Service(line);
                    break;
                case "dhcp-ignore":
                    _boots.Ignore(line);
                    break;
                default:
                    if (!TrySetting(line))
                        DnsmasqWords.Report(line, _report);
                    break;
            }
        }

        var authoritative = Lines("dhcp-authoritative").Any();
        foreach (var network in _ranges.Networks.Keys.Where(network => network.Role == "server"))
        {
            network.Authoritative = authoritative ? null : false;
            network.Probe = Lines("no-ping").Any() ? false : null;
        }
    }

    bool TrySetting(DnsmasqLine line)
    {
        var number = uint.TryParse(line.Fields.IsEmpty ? "" : line.Fields[0], NumberStyles.None, CultureInfo.InvariantCulture, out var parsed) ? parsed : 0;
        switch (line.Key)
        {
            case "interface":
                _draft.Set("dhcp", "interfaces", line.Value);
                return line.Value.Length > 0;
            case "tftp-root" when line.Fields is [var folder, ..] && _draft.FilesFolder is null:
                _draft.FilesFolder = folder;
                if (line.Fields.Length > 1)
                    _report.LeftOut("CW6004", line.Place, $"`{line}`: one folder is served on all interfaces.", "Nothing, if that will do.");
                return true;
            case "tftp-single-port":
                _draft.Set("tftp", "single-port", "true");
                return true;
            case "tftp-no-blocksize":
                _draft.Set("tftp", "max-blksize", "512");
                return true;
            case "tftp-mtu" when number is >= 576 and <= 65535:
                _draft.Set("tftp", "max-blksize", (number - 32).ToString(CultureInfo.InvariantCulture));
                return true;
            case "tftp-max" when number is > 0 and <= 60000:
                _draft.Set("limits", "tftp-transfers", number.ToString(CultureInfo.InvariantCulture));
                return true;
            case "dhcp-alternate-port" when number is > 0 and < 65536:
                _draft.Set("dhcp", "port", number.ToString(CultureInfo.InvariantCulture));
                return true;
            case "dhcp-reply-delay" when number is > 0 and < 256 && line.Fields.Length == 1:
                foreach (var network in _ranges.Networks.Keys)
                    network.Delay = number;
                return true;
            default:
                return false;
        }
    }

    void Options()
    {
        var settled = new Dictionary<byte, DhcpOptionValue?>();
        var classes = new List<DraftClass>();
        foreach (var line in Lines("dhcp-option").Concat(Lines("dhcp-option-force")).OrderBy(line => line.Place.Line))
        {
            var own = _own.Count > 0 ? _own[0] : (Ipv4Address?)null;
            if (DnsmasqOptions.Read(line, own, out var why) is not { } option)
                _report.LeftOut("CW6006", line.Place, $"`{line}`: {why.TrimEnd('.')}.", "Write it below `options:` of the network.");
            else if (option.Tags.Count == 0 && option.VendorClass is null)
                Everybody(option, settled);
            else
                ForSome(option, classes);
        }

        _draft.Classes.AddRange(classes);
        foreach (var network in _ranges.Networks.Keys.Where(network => network.Role == "server"))
            Defaults(network, settled);
    }

    void Everybody(DnsmasqOption option, Dictionary<byte, DhcpOptionValue?> settled)
    {
        if (option.Option is not { SubCode: not null })
            settled[option.Code] = option.Option;
        if (option.Option is not { } value || !IsSendable(option))
            return;
        if (option.Force && !ConcernsBoot(option.Code))
        {
            _draft.Rules.Add(new(ImportCondition.Always, option.Line.Place) { Options = [value] });
            return;
        }

        foreach (var network in _ranges.Networks.Keys.Where(network => network.Role == "server"))
        {
            network.Options.RemoveAll(other => other.Code == value.Code && other.SubCode == value.SubCode);
            network.Options.Add(value);
        }
    }

    void ForSome(DnsmasqOption option, List<DraftClass> classes)
    {
        var when = _tags.All(option.Tags, out var unknown);
        if (option.VendorClass is { } vendor)
            when = ImportCondition.And([DnsmasqTags.Contains(60, vendor), when]);
        if (unknown.Length > 0 || option.Option is not { } value)
        {
            _report.LeftOut("CW6005", option.Line.Place, unknown.Length > 0 ? $"`{option.Line}`: nothing in the file sets the tag `{unknown}`." : $"`{option.Line}`: an option that some are not to get has no counterpart.",
                "Write a class with the condition by hand.");
            return;
        }

        if (when.IsNever || !IsSendable(option))
            return;
        if (option.Force && !ConcernsBoot(option.Code))
        {
            _draft.Rules.Insert(0, new(when, option.Line.Place) { Options = [value] });
            return;
        }

        if (classes.Find(known => known.When.Text == when.Text) is { } same)
        {
            same.Options.RemoveAll(other => other.Code == value.Code && other.SubCode == value.SubCode);
            same.Options.Add(value);
        }
        else
        {
            var name = option.Tags.Count > 0 ? string.Join('-', option.Tags.Select(tag => tag.Replace("!", "not-", StringComparison.Ordinal))) : option.VendorClass!;
            classes.Add(new(_classNames.Thing(name), when, [value], option.Line.Place));
        }
    }

    /// <summary>Sent unasked by Cordwain in any case; others that are forced go out by a rule.</summary>
    static bool ConcernsBoot(byte code) => code is 17 or 43 or 60 or 66 or 67 or (>= 128 and <= 135) or 150 or 175 or 203 or (>= 208 and <= 211);

    bool IsSendable(DnsmasqOption option)
    {
        if (option.Code is not (50 or 51 or 52 or 53 or 54 or 55 or 57 or 58 or 59 or 61 or 82))
            return true;
        _report.LeftOut("CW6004", option.Line.Place, $"`{option.Line}`: this option cannot be set: Cordwain fills it in itself, or it is the client's.", option.Code is 51 or 58 or 59 ? "Write `lease:`, `renew:` or `rebind:` in the network." : "Remove it.");
        return false;
    }

    /// <summary>What dnsmasq sends unless told otherwise: its domain, and itself as router and as name server.</summary>
    void Defaults(DraftNetwork network, Dictionary<byte, DhcpOptionValue?> settled)
    {
        foreach (var line in Lines("domain").Where(line => line.Fields.Length > 0 && DraftNames.IsHostName(line.Fields[0])))
        {
            if ((line.Fields.Length == 1 || (Ipv4Network.TryParse(line.Fields[1], out var where) && where.Contains(network.Subnet.Address))) && !settled.ContainsKey(15))
            {
                network.Options.RemoveAll(option => option.Code == 15);
                network.Options.Add(new(15, null, System.Text.Encoding.Latin1.GetBytes(line.Fields[0])));
            }
        }

        var servesDns = !Lines("port").Any(line => line.Value != "53");
        foreach (var (code, key, what) in ((byte, string, string)[])[(3, "router", "router"), (6, "dns", "name server")])
        {
            if (settled.ContainsKey(code) || (code == 6 && !servesDns))
                continue;
            if (_own.Find(network.Subnet.Contains) is { IsAny: false } own)
                network.Options.Add(new(code, null, (byte[])[(byte)(own.Value >> 24), (byte)(own.Value >> 16), (byte)(own.Value >> 8), (byte)own.Value]));
            else
                _report.LeftOut("CW6013", network.Place, $"dnsmasq names itself as {what} of {network.Subnet}, as no line says otherwise, and the file does not say its address.", $"Write `{key}: ADDRESS` in network `{network.Name}`.");
        }
    }
}
