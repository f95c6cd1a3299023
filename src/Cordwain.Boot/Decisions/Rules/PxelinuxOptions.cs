using System.Collections.Immutable;
using System.Text;
using Cordwain.Boot.Decisions.Names;
using Cordwain.Protocols.Dhcp4;

namespace Cordwain.Boot.Decisions.Rules;

/// <summary>PXELINUX takes its configuration's place from options that it never asks for: the ROM did the DHCP (syslinux doc/pxelinux.txt).</summary>
static class PxelinuxOptions
{
    const byte ConfigurationFile = 209, PathPrefix = 210;

    /// <summary>For the loader of our own choice: the machine's own configuration at the first attempt, instead of after a search.</summary>
    public static ImmutableArray<DhcpOptionValue> ForOurs(string loader, Question question) =>
        loader is "pxelinux.0" or "lpxelinux.0" && question.Request.Machine.Mac is { } mac
            ? [new(ConfigurationFile, null, Encoding.ASCII.GetBytes($"pxelinux.cfg/01-{mac.ToDashed()}")), .. ForAny(loader, question)]
            : ForAny(loader, question);

    /// <summary>For any file that is named: lpxelinux.0 knows HTTP, and with this prefix fetches all else by it, from the folder it came from.</summary>
    public static ImmutableArray<DhcpOptionValue> ForAny(string file, Question question)
    {
        var isOurs = question.Additions.NextServer is not { } other || other == question.BootServer;
        if (!isOurs || !file.EndsWith("lpxelinux.0", StringComparison.Ordinal) || file.Contains("://", StringComparison.Ordinal))
            return [];

        var folder = file[..(file.LastIndexOf('/') + 1)].TrimStart('/');
        return [new(PathPrefix, null, Encoding.ASCII.GetBytes(ScriptAddress.Url(question, folder)))];
    }
}
