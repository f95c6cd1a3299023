using System.Collections.Immutable;
using System.Text;
using Cordwain.Boot.Machines;
using Cordwain.Protocols.Dhcp4;
using Cordwain.Protocols.Wire;

namespace Cordwain.Boot.Decisions.Rules;

/// <summary>U-Boot's own network boot reads a menu in PXELINUX's syntax; it needs no loader.</summary>
static class UBoot
{
    public static Verdict Apply(Question question)
    {
        var request = question.Request;
        if (!request.IsUBoot || request is { IsHttpClient: true } or { Architecture.IsHttp: true })
            return Verdict.Pass("it is not U-Boot with TFTP");

        // The folder part of the file name becomes the prefix of pxelinux.cfg/, so a name at the top. U-Boot's "pxe get" wants some
        // name to be set (boot/pxe_utils.c); the file itself is fetched only by a bare "dhcp".
        // Quirk CWQ-08 (U-Boot 2023.01, qemu_arm64): with a boot script's name preset in the request it fetches what we name
        // and runs it as a script; we leave the field empty then, and it goes on to its next way of booting.
        if (request.PresetFile.Length > 0)
            return Verdict.Ignore(question with { Additions = question.Additions.Then(new() { NextServer = question.BootServer }) },
                question.Say($"U-Boot looks for its script {PrintableText.Quote(request.PresetFile)} on this server, and needs no other name; without one it goes on to EFI and to pxelinux.cfg/. Put a script of that name into the files folder to use it"));

        ImmutableArray<DhcpOptionValue> own = request.Machine.Mac is { } mac
            ? [new(209, null, Encoding.ASCII.GetBytes($"pxelinux.cfg/01-{mac.ToDashed()}"))]
            : [];
        return LoadedFile.Of(question, "pxelinux.0", "U-Boot reads its menu from pxelinux.cfg/ beside this name", own);
    }
}
