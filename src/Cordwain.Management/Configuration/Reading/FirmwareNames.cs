using Cordwain.Boot.Catalog;
using Cordwain.Boot.Machines;
using Cordwain.Management.Configuration.Keys;
using Cordwain.Management.Configuration.Syntax;

namespace Cordwain.Management.Configuration.Reading;

/// <summary>The names in <c>kernel: { bios: …, efi-arm64: …, default: … }</c>: platforms, CPUs and architectures.</summary>
static class FirmwareNames
{
    const string Default = "default";

    /// <summary>The firmware that any of the keys tells apart, in the order of the file, `default` last; one null when none does.</summary>
    public static IReadOnlyList<string?> Of(ObjectReader reader, params ReadOnlySpan<ConfigKey> keys)
    {
        var names = new List<string?>();
        foreach (var key in keys)
        {
            if (IsPerFirmware(reader.NodeOf(key), out var mapping))
                names.AddRange(mapping.Entries.Select(entry => entry.Key).Where(name => !names.Contains(name)));
        }

        if (names.Count == 0)
            return [null];
        if (names.Remove(Default))
            names.Add(Default);
        return names;
    }

    /// <summary>What a value is for one firmware; null when it has nothing for it.</summary>
    public static ConfigNode? Pick(ConfigNode? node, string? firmware)
    {
        if (!IsPerFirmware(node, out var mapping))
            return node;
        return (firmware is null ? null : mapping.Find(firmware)?.Value) ?? mapping.Find(Default)?.Value;
    }

    public static BootCondition Condition(string? firmware)
    {
        if (firmware is null or Default)
            return BootCondition.Always;
        if (Array.Find(PlatformNames.Platforms, row => row.Item1 == firmware) is { Item1: not null } platform)
            return new() { Platform = [platform.Item2] };
        if (Array.Find(PlatformNames.Cpus, row => row.Item1 == firmware) is { Item1: not null } cpu)
            return new() { Cpu = [cpu.Item2] };

        // `efi-x64` means such machines, whether they boot by PXE or by HTTP and whichever of two numbers they send.
        if (!ClientArchitecture.TryParse(firmware, out var architecture))
            return BootCondition.Always;
        return architecture.Platform == Platform.Unknown || architecture.Cpu is Cpu.Unknown or Cpu.Other
            ? new() { Arch = [architecture] }
            : new() { Platform = [architecture.Platform], Cpu = [architecture.Cpu] };
    }

    /// <summary>A condition that holds where both do.</summary>
    public static BootCondition Both(BootCondition when, BootCondition firmware)
    {
        if (ConditionReading.IsAlways(when))
            return firmware;
        if (ConditionReading.IsAlways(firmware))
            return when;

        // Where one narrows the other a plain condition says both; otherwise "neither does the one fail nor the other".
        return when.Cpu.IsEmpty && when.Arch.IsEmpty && (when.Platform.IsEmpty || (!firmware.Platform.IsEmpty && firmware.Platform.All(when.Platform.Contains)))
            ? when with { Platform = firmware.Platform, Cpu = firmware.Cpu, Arch = firmware.Arch }
            : new() { Not = [new() { Not = [when] }, new() { Not = [firmware] }] };
    }

    // A mapping whose keys are firmware, not `file`, `sha256`, `cache`.
    static bool IsPerFirmware(ConfigNode? node, out ConfigNode.Mapping mapping)
    {
        mapping = node as ConfigNode.Mapping ?? new ConfigNode.Mapping(default, []);
        return mapping.Entries.Any(entry => IsName(entry.Key)) && mapping.Entries.All(entry => FileKeys.Object.Find(entry.Key) is null);
    }

    static bool IsName(string name) =>
        name == Default || PlatformNames.Platforms.Any(row => row.Item1 == name) || PlatformNames.Cpus.Any(row => row.Item1 == name) || ClientArchitecture.Names.Contains(name);

    /// <summary>Firmware names in a mapping that mean nothing.</summary>
    public static void Check(ObjectReader reader, ConfigKey key, ReadScope scope)
    {
        if (!IsPerFirmware(reader.NodeOf(key), out var mapping))
            return;
        string[] known = [Default, .. PlatformNames.Platforms.Select(row => row.Item1), .. PlatformNames.Cpus.Select(row => row.Item1), .. ClientArchitecture.Names];
        foreach (var entry in mapping.Entries.Where(entry => !IsName(entry.Key)))
            scope.Problems.Error("CW4051", entry.KeyPlace, $"{reader.PathOf(key)}: `{entry.Key}` is no firmware.", NearestName.Suggest(entry.Key, known, "Write bios, efi, efi-arm64, another architecture, or default."));
    }
}
