using System.Text;
using Cordwain.Protocols.Wire;

namespace Cordwain.Boot.Menus.Extlinux;

/// <summary>Packs commands for U-Boot into the image that its <c>source</c> takes: what <c>mkimage -T script</c> makes.</summary>
/// <remarks>
/// U-Boot's distribution boot asks by DHCP for <c>boot.scr.uimg</c> first and looks for PXELINUX menus only when told to
/// (include/config_distro_bootcmd.h). With this script it goes to its menu by itself.
/// </remarks>
public static class UBootScriptImage
{
    const int HeaderLength = 64, NameLength = 32, HeaderCrcOffset = 4;
    const uint Magic = 0x27051956;
    const byte Linux = 5, Arm64 = 22, Script = 6, NotCompressed = 0;

    /// <summary>Fetches the menu of the PXELINUX search order, and shows it.</summary>
    public static byte[] MenuByNetwork { get; } = Of("pxe get && pxe boot\n");

    public static byte[] Of(string commands)
    {
        var text = Encoding.ASCII.GetBytes(commands);
        var image = new byte[HeaderLength + 8 + text.Length];

        // A list of lengths that a zero ends, then the scripts: here one.
        var data = new WireWriter(image.AsSpan(HeaderLength));
        data.U32((uint)text.Length);
        data.U32(0);
        data.Bytes(text);

        var header = new WireWriter(image.AsSpan(0, HeaderLength));
        header.U32(Magic);
        header.U32(0);   // the header's checksum, made over this zero
        header.U32(0);   // time
        header.U32((uint)(image.Length - HeaderLength));
        header.U32(0);   // load address
        header.U32(0);   // entry point
        header.U32(Crc32(image.AsSpan(HeaderLength)));
        header.U8(Linux);
        header.U8(Arm64);   // U-Boot does not compare it for scripts
        header.U8(Script);
        header.U8(NotCompressed);
        var name = new byte[NameLength];
        "Cordwain menu"u8.CopyTo(name);
        header.Bytes(name);

        new WireWriter(image.AsSpan(HeaderCrcOffset, 4)).U32(Crc32(image.AsSpan(0, HeaderLength)));
        return image;
    }

    /// <summary>CRC-32 of IEEE 802.3, as zlib has it.</summary>
    static uint Crc32(ReadOnlySpan<byte> bytes)
    {
        var crc = uint.MaxValue;
        foreach (var value in bytes)
        {
            crc ^= value;
            for (var bit = 0; bit < 8; bit++)
                crc = (crc & 1) != 0 ? (crc >> 1) ^ 0xEDB88320 : crc >> 1;
        }

        return ~crc;
    }
}
