using System.Collections.Frozen;
using System.Globalization;

namespace Cordwain.Boot.Machines;

/// <summary>How a machine starts programs, whatever the CPU.</summary>
public enum Platform
{
    Unknown = 0,
    Bios,
    Efi,
    UBoot,
    OpenFirmware,
    RaspberryPi,
}

/// <summary>The instruction set of a machine's programs.</summary>
public enum Cpu
{
    Unknown = 0,
    X86,
    X64,
    Arm32,
    Arm64,
    RiscV32,
    RiscV64,
    LoongArch64,
    Other,
}

/// <summary>A processor architecture type of the IANA registry: DHCPv4 option 93, DHCPv6 option 61.</summary>
public readonly record struct ClientArchitecture(ushort Code)
{
    // IANA "Processor Architecture Types". Name: what the operator writes in `arch:`.
    // 9 is x64 in practice: RFC 4578 had 7 and 9 swapped, and firmware followed either text.
    static readonly (ushort Code, string Name, Platform Platform, Cpu Cpu, bool Http)[] Rows =
    [
        (0, "bios", Platform.Bios, Cpu.X86, false),
        (1, "nec-pc98", Platform.Unknown, Cpu.X86, false),
        (2, "itanium", Platform.Efi, Cpu.Other, false),
        (3, "dec-alpha", Platform.Unknown, Cpu.Other, false),
        (4, "arc-x86", Platform.Unknown, Cpu.X86, false),
        (5, "intel-lean-client", Platform.Unknown, Cpu.X86, false),
        (6, "efi-ia32", Platform.Efi, Cpu.X86, false),
        (7, "efi-x64", Platform.Efi, Cpu.X64, false),
        (8, "efi-xscale", Platform.Efi, Cpu.Other, false),
        (9, "efi-bc", Platform.Efi, Cpu.X64, false),
        (10, "efi-arm32", Platform.Efi, Cpu.Arm32, false),
        (11, "efi-arm64", Platform.Efi, Cpu.Arm64, false),
        (12, "powerpc-open-firmware", Platform.OpenFirmware, Cpu.Other, false),
        (13, "powerpc-epapr", Platform.OpenFirmware, Cpu.Other, false),
        (14, "power-opal", Platform.OpenFirmware, Cpu.Other, false),
        (15, "efi-ia32-http", Platform.Efi, Cpu.X86, true),
        (16, "efi-x64-http", Platform.Efi, Cpu.X64, true),
        (17, "efi-bc-http", Platform.Efi, Cpu.X64, true),
        (18, "efi-arm32-http", Platform.Efi, Cpu.Arm32, true),
        (19, "efi-arm64-http", Platform.Efi, Cpu.Arm64, true),
        (20, "bios-http", Platform.Bios, Cpu.X86, true),
        (21, "uboot-arm32", Platform.UBoot, Cpu.Arm32, false),
        (22, "uboot-arm64", Platform.UBoot, Cpu.Arm64, false),
        (23, "uboot-arm32-http", Platform.UBoot, Cpu.Arm32, true),
        (24, "uboot-arm64-http", Platform.UBoot, Cpu.Arm64, true),
        (25, "efi-riscv32", Platform.Efi, Cpu.RiscV32, false),
        (26, "efi-riscv32-http", Platform.Efi, Cpu.RiscV32, true),
        (27, "efi-riscv64", Platform.Efi, Cpu.RiscV64, false),
        (28, "efi-riscv64-http", Platform.Efi, Cpu.RiscV64, true),
        (29, "efi-riscv128", Platform.Efi, Cpu.Other, false),
        (30, "efi-riscv128-http", Platform.Efi, Cpu.Other, true),
        (31, "s390-basic", Platform.Unknown, Cpu.Other, false),
        (32, "s390-extended", Platform.Unknown, Cpu.Other, false),
        (33, "efi-mips32", Platform.Efi, Cpu.Other, false),
        (34, "efi-mips64", Platform.Efi, Cpu.Other, false),
        (35, "efi-sunway32", Platform.Efi, Cpu.Other, false),
        (36, "efi-sunway64", Platform.Efi, Cpu.Other, false),
        (37, "efi-loongarch32", Platform.Efi, Cpu.Other, false),
        (38, "efi-loongarch32-http", Platform.Efi, Cpu.Other, true),
        (39, "efi-loongarch64", Platform.Efi, Cpu.LoongArch64, false),
        (40, "efi-loongarch64-http", Platform.Efi, Cpu.LoongArch64, true),
        (41, "arm-rpiboot", Platform.RaspberryPi, Cpu.Other, false),
    ];

    static readonly FrozenDictionary<string, ushort> CodesByName =
        Rows.ToFrozenDictionary(row => row.Name, row => row.Code, StringComparer.OrdinalIgnoreCase);

    /// <summary>Every name of the registry, in the order of the codes.</summary>
    public static IEnumerable<string> Names => Rows.Select(row => row.Name);

    /// <summary>The registry's name in our spelling; <c>unknown (n)</c> for a number it does not hold.</summary>
    public string Name => IsKnown ? Rows[Code].Name : string.Create(CultureInfo.InvariantCulture, $"unknown ({Code})");

    public bool IsKnown => Code < Rows.Length;

    public Platform Platform => IsKnown ? Rows[Code].Platform : Platform.Unknown;

    public Cpu Cpu => IsKnown ? Rows[Code].Cpu : Cpu.Unknown;

    /// <summary>The firmware fetches by HTTP by itself (UEFI HTTP Boot and its kin).</summary>
    public bool IsHttp => IsKnown && Rows[Code].Http;

    /// <summary>Reads a name or a number of the registry.</summary>
    public static bool TryParse(string? text, out ClientArchitecture architecture)
    {
        architecture = default;
        if (text is null)
            return false;
        if (!CodesByName.TryGetValue(text, out var code) && !ushort.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out code))
            return false;

        architecture = new(code);
        return true;
    }

    public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"{Code} ({Name})");
}
