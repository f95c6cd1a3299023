using Cordwain.Boot.Decisions;
using Cordwain.Boot.Decisions.Names;
using Cordwain.Protocols.Dhcp4;
using Cordwain.Protocols.Pxe;
using Cordwain.Protocols.Wire;

namespace Cordwain.Boot.Dhcp;

/// <summary>The boot information of a reply, laid out in the style that its firmware understands.</summary>
static class BootPart
{
    const string HttpClient = "HTTPClient", MenuTitle = "Cordwain";

    // PXE 2.1 §2.2.1: types from 0x8000 on are free for vendors.
    const ushort OurServerType = 0x8000;

    /// <returns>What goes into the header's fields.</returns>
    public static BootFields AddTo(DhcpOptionSet.Builder options, in ReplyTerms terms) => terms.Decision switch
    {
        BootDecision.LoadFile file => File(options, terms, file),
        BootDecision.AttachDisk disk => Disk(options, terms, disk),
        BootDecision.Ignore ignore => None(options, terms, ignore),
        _ => default,
    };

    static BootFields File(DhcpOptionSet.Builder options, in ReplyTerms terms, BootDecision.LoadFile file)
    {
        var style = StyleOf(terms, file);
        if (terms.Boot.IsHttpClient)
            options.Set(DhcpOptions.VendorClassIdentifier, HttpClient);   // EDK2 drops an offer without it (HttpBootDhcp4.c)
        else if (style != AnswerStyle.Plain)
            options.Set(DhcpOptions.VendorClassIdentifier, terms.Boot.PxeClass);
        EchoUuid(options, terms);
        AddPxeOptions(options, terms, style);

        var naming = !Postponed(terms, style);
        var fields = naming ? Names(options, terms, file) : default;
        foreach (var option in file.Options)
            options.Set(option);
        return fields with { NextServer = naming || style == AnswerStyle.BootServer ? SiaddrOf(file, terms, style) : Ipv4Address.Any };
    }

    /// <summary>A first answer that only points to port 4011 names no file: a client that found one here would not ask there.</summary>
    static bool Postponed(in ReplyTerms terms, AnswerStyle style) =>
        terms.Kind != ReplyKind.ProxyAck && !terms.Boot.IsHttpClient
        && (style == AnswerStyle.PxeMenu || (style == AnswerStyle.BootServer && terms.IsProxy));

    /// <summary>Until it has asked on 4011, the client takes siaddr for the address of that port: that is ours, whoever has the files.</summary>
    static Ipv4Address SiaddrOf(BootDecision.LoadFile file, in ReplyTerms terms, AnswerStyle style) =>
        Postponed(terms, style) ? terms.Boot.Server : file.NextServer;

    /// <summary>A proxy cannot be plain: without option 60 its offer is nothing to anybody.</summary>
    static AnswerStyle StyleOf(in ReplyTerms terms, BootDecision.LoadFile file) =>
        file.Style == AnswerStyle.Plain && terms.IsProxy ? AnswerStyle.SkipDiscovery : file.Style;

    /// <summary>
    /// Header fields and options both: EDK2 and iPXE read options, U-Boot, shim and old ROMs the header. The header leaves out what does not fit
    /// with its NUL.
    /// </summary>
    static BootFields Names(DhcpOptionSet.Builder options, in ReplyTerms terms, BootDecision.LoadFile file)
    {
        var asked = terms.Request.Options.Raw(DhcpOptions.ParameterRequestList.Code).Span;
        var inOptions = terms.Boot.IsBootClient || asked.Contains(DhcpOptions.BootfileName.Code);
        var serverName = file.ServerName ?? (file.IsUrl ? "" : file.NextServer.ToString());   // a dotted quad: the Raspberry Pi resolves nothing
        if (inOptions)
        {
            if (serverName.Length > 0)
                options.SetText(DhcpOptions.TftpServerName.Code, serverName);

            // Quirk CWQ-01 (ROMs that read on behind option 67, as netboot.xyz's users report with Kea): a NUL closes the name. RFC 2132 §9.5 has none;
            // those who do not need it cut it off. HTTP Boot gets the bare URL.
            options.SetText(DhcpOptions.BootfileName.Code, file.File, closed: !terms.Boot.IsHttpClient);
        }

        return new(default, serverName.Length < DhcpMessage.SnameLength ? serverName : "", file.File.Length <= ScriptAddress.LongestName ? file.File : "");
    }

    static void AddPxeOptions(DhcpOptionSet.Builder options, in ReplyTerms terms, AnswerStyle style)
    {
        if (terms.Boot.IsHttpClient)
            return;
        if (terms.Kind == ReplyKind.ProxyAck)
        {
            // The ROM compares the item in the answer with the one it chose.
            if (terms.Boot.PxeBootItem is { } item)
                Add(options, PxeVendorOptions.BootItemCode, item.Span);
            return;
        }

        if (style == AnswerStyle.SkipDiscovery)
            Add(options, PxeVendorOptions.DiscoveryControlCode, [(byte)PxeDiscovery.SkipWhenFileGiven]);
        else if (style == AnswerStyle.PxeMenu)
            Add(options, PxeVendorOptions.SingleItem(terms.Boot.Server, OurServerType, MenuTitle));
    }

    /// <summary>Beside the sub-options that the operator has configured, which win.</summary>
    static void Add(DhcpOptionSet.Builder options, PxeVendorOptions added)
    {
        foreach (var (code, payload) in new SubOptions(added.Encode(), padding: true))
            Add(options, code, payload);
    }

    static void Add(DhcpOptionSet.Builder options, byte code, ReadOnlySpan<byte> payload)
    {
        var vendor = DhcpOptions.VendorSpecificInformation.Code;
        if (!SubOptions.TryFind(options.Raw(vendor), padding: true, code, out _))
            options.SetSub(vendor, code, payload);
    }

    /// <summary>PXE 2.1 §2.2.3: the machine's identifier comes back; ROMs compare it.</summary>
    static void EchoUuid(DhcpOptionSet.Builder options, in ReplyTerms terms)
    {
        var code = DhcpOptions.ClientMachineIdentifier.Code;
        if (terms.Request.Options.Has(code))
            options.SetRaw(code, terms.Request.Options.Raw(code).Span);
    }

    /// <summary>iPXE attaches what option 17 names when there is no file beside it (src/usr/autoboot.c).</summary>
    static BootFields Disk(DhcpOptionSet.Builder options, in ReplyTerms terms, BootDecision.AttachDisk disk)
    {
        EchoUuid(options, terms);
        options.Remove(DhcpOptions.BootfileName.Code).Set(DhcpOptions.RootPath, disk.RootPath);
        if (disk.InitiatorName is { Length: > 0 } name)
            options.Set(DhcpOptions.IpxeInitiatorName, name);
        foreach (var option in disk.Options)
            options.Set(option);
        return new(terms.Boot.Server, "", "");
    }

    static BootFields None(DhcpOptionSet.Builder options, in ReplyTerms terms, BootDecision.Ignore ignore)
    {
        foreach (var option in ignore.Options)
            options.Set(option);
        return new(ignore.NextServer ?? terms.Network?.NextServer ?? Ipv4Address.Any, "", "");
    }
}

/// <summary>What a boot decision puts into the fixed fields of a reply: siaddr, sname and file.</summary>
readonly record struct BootFields(Ipv4Address NextServer, string? ServerName, string? File);
