using System.Text;

namespace Cordwain.BootLab.Support;

/// <summary>A disk whose boot sector writes one line to the serial port and halts: proof that a machine got as far as its disk.</summary>
static class LabDisk
{
    // 16-bit code at 0000:7C00: each character of the text behind it to the first serial port, then halt.
    static ReadOnlySpan<byte> Code =>
    [
        0x31, 0xC0,         // xor ax, ax
        0x8E, 0xD8,         // mov ds, ax
        0xBE, 0x15, 0x7C,   // mov si, text
        0xAC,               // next: lodsb
        0x84, 0xC0,         // test al, al
        0x74, 0x06,         // jz stop
        0xBA, 0xF8, 0x03,   // mov dx, 3F8h
        0xEE,               // out dx, al
        0xEB, 0xF5,         // jmp next
        0xF4,               // stop: hlt
        0xEB, 0xFD,         // jmp stop
    ];

    /// <param name="text">At most 400 ASCII characters.</param>
    /// <returns>The path of the image, 16 MiB: iPXE refuses iSCSI disks without a whole cylinder.</returns>
    public static string Create(string folder, string text)
    {
        var sector = new byte[512];
        Code.CopyTo(sector);
        Encoding.ASCII.GetBytes("\r\n" + text + "\r\n", sector.AsSpan(Code.Length, 510 - Code.Length - 64 - 1));
        sector[446] = 0x80;   // one active partition, so that every BIOS takes the sector for bootable
        sector[450] = 0x83;
        sector[454] = 1;
        sector[458] = 1;
        sector[510] = 0x55;
        sector[511] = 0xAA;
        var path = Path.Combine(folder, "disk.img");
        using var disk = File.Create(path);
        disk.Write(sector);
        disk.SetLength(16 << 20);
        return path;
    }
}
