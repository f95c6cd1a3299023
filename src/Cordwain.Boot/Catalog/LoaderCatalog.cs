using System.Collections.Frozen;
using Cordwain.Boot.Machines;

namespace Cordwain.Boot.Catalog;

/// <summary>Which loaders there are to send: names under which they are served, found in the distribution's packages or the files folder.</summary>
/// <remarks>Publishing a catalog looks them up once, so that a decision knows without touching the disk.</remarks>
public sealed class LoaderCatalog(FrozenSet<string> available)
{
    // Wanted first, first found wins. snponly before ipxe: it uses the firmware's own driver, which has just proven that it works.
    static readonly (Platform Platform, Cpu Cpu, string[] Names)[] Wanted =
    [
        (Platform.Bios, Cpu.X86, ["undionly.kpxe", "ipxe.pxe", "lpxelinux.0", "pxelinux.0"]),
        (Platform.Efi, Cpu.X64, ["snponly.efi", "ipxe.efi", "grubnetx64.efi", "syslinux.efi"]),
        (Platform.Efi, Cpu.X86, ["snponly-ia32.efi", "ipxe-ia32.efi"]),
        (Platform.Efi, Cpu.Arm64, ["snponly-arm64.efi", "ipxe-arm64.efi", "grubnetaa64.efi"]),
        (Platform.Efi, Cpu.Arm32, ["snponly-arm32.efi", "ipxe-arm32.efi"]),
        (Platform.Efi, Cpu.RiscV64, ["snponly-riscv64.efi", "ipxe-riscv64.efi"]),
        (Platform.Efi, Cpu.LoongArch64, ["snponly-loong64.efi", "ipxe-loong64.efi"]),
    ];

    public static LoaderCatalog Empty { get; } = new(FrozenSet<string>.Empty);

    readonly string?[] _found = Array.ConvertAll(Wanted, row => Array.Find(row.Names, available.Contains));

    public FrozenSet<string> Available { get; } = available;

    /// <summary>The first loader to send to such a machine; null when none is to be had.</summary>
    public string? For(ClientArchitecture architecture)
    {
        var (platform, cpu) = (architecture.Platform, architecture.Cpu);
        for (var i = 0; i < Wanted.Length; i++)
        {
            if (Wanted[i].Platform == platform && Wanted[i].Cpu == cpu)
                return _found[i];
        }

        return null;
    }

    /// <summary>The names that <see cref="For"/> would take, best first; for messages that say what to install.</summary>
    public static IReadOnlyList<string> WantedFor(ClientArchitecture architecture)
    {
        foreach (var (platform, cpu, names) in Wanted)
        {
            if (platform == architecture.Platform && cpu == architecture.Cpu)
                return names;
        }

        return [];
    }
}
