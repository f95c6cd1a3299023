using System.Collections.Frozen;
using Cordwain.Boot.Machines;
using Cordwain.Protocols.Dhcp4;
using Cordwain.Protocols.Pxe;

namespace Cordwain.Boot.Decisions.Rules;

/// <summary>A Raspberry Pi says that it is an x86 BIOS; its address gives it away.</summary>
static class RaspberryPi
{
    static readonly FrozenSet<uint> Makers = new uint[] { 0xb827eb, 0xdca632, 0xe45f01, 0xd83add, 0x2ccf67 }.ToFrozenSet();

    public static Verdict Apply(Question question)
    {
        var request = question.Request;
        if (!Is(request))
            return Verdict.Pass("it is no Raspberry Pi");

        // Quirk CWQ-05 (Raspberry Pi 3B, boot ROM): goes on only when option 43 offers an item of its very name, three spaces included;
        // every Pi gets it so.
        DhcpOptionValue menu = new(DhcpOptions.VendorSpecificInformation.Code, null, PxeVendorOptions.RaspberryPi(paddedName: true).Encode());
        return LoadedFile.Of(question, "bootcode.bin", "a Raspberry Pi looks for its files by itself, below its serial number or at the top", [menu]);
    }

    public static bool Is(BootRequest request) =>
        request.Architecture is { Platform: Platform.RaspberryPi }
        || (request.Architecture is { Code: 0 } && !request.IsIpxe && IsByName(request));

    static bool IsByName(BootRequest request) =>
        request.VendorClass.Contains("Raspberry", StringComparison.OrdinalIgnoreCase)
        || (request.Machine.Mac is { } mac && Makers.Contains((uint)(mac.Value >> 24)));
}
