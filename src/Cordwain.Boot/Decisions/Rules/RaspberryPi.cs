using System.Collections.Frozen;
using System.Collections.Immutable;
using System.Text;
using Cordwain.Boot.Machines;
using Cordwain.Protocols.Dhcp4;
using Cordwain.Protocols.Wire;

namespace Cordwain.Boot.Decisions.Rules;

/// <summary>A Raspberry Pi says that it is an x86 BIOS; its address gives it away.</summary>
static class RaspberryPi
{
    static readonly FrozenSet<uint> Makers = new uint[] { 0xb827eb, 0xdca632, 0xe45f01, 0xd83add, 0x2ccf67 }.ToFrozenSet();

    const byte VendorSpecific = 43, DiscoveryControl = 6, BootMenu = 9, MenuPrompt = 10;

    // Quirk CWQ-05 (Raspberry Pi 3B, boot ROM): goes on only when option 43 offers an item of just this name, three spaces included;
    // we offer it to every Pi.
    const string MenuItem = "Raspberry Pi Boot   ";

    public static Verdict Apply(Question question)
    {
        var request = question.Request;
        if (!Is(request))
            return Verdict.Pass("it is no Raspberry Pi");

        ImmutableArray<DhcpOptionValue> own =
        [
            new(VendorSpecific, DiscoveryControl, new byte[] { 3 }),
            new(VendorSpecific, BootMenu, (byte[])[0, 0, (byte)MenuItem.Length, .. Encoding.ASCII.GetBytes(MenuItem)]),
            new(VendorSpecific, MenuPrompt, "\0PXE"u8.ToArray()),
        ];
        return LoadedFile.Of(question, "bootcode.bin", "a Raspberry Pi looks for its files by itself, below its serial number or at the top", own);
    }

    public static bool Is(BootRequest request) =>
        request.Architecture is { Platform: Platform.RaspberryPi }
        || (request.Architecture is { Code: 0 } && !request.IsIpxe && IsByName(request));

    static bool IsByName(BootRequest request) =>
        request.VendorClass.Contains("Raspberry", StringComparison.OrdinalIgnoreCase)
        || (request.Machine.Mac is { } mac && Makers.Contains((uint)(mac.Value >> 24)));
}
