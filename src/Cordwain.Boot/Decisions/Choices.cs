using System.Collections.Frozen;
using System.Collections.Immutable;
using Cordwain.Boot.Catalog;

namespace Cordwain.Boot.Decisions;

/// <summary>The built-in choices, which share one name space with the images.</summary>
public static class Choices
{
    public static ImageDefinition Local { get; } = Of("local", "Boot from the local disk", new BootMethod.LocalDisk());

    public static ImageDefinition Shell { get; } = Of("shell", "Loader shell", new BootMethod.Shell());

    public static ImageDefinition Reboot { get; } = Of("reboot", "Restart", new BootMethod.Reboot());

    public static ImageDefinition PowerOff { get; } = Of("poweroff", "Power off", new BootMethod.PowerOff());

    public static ImmutableArray<ImageDefinition> All { get; } = [Local, Shell, Reboot, PowerOff];

    static readonly FrozenDictionary<string, ImageDefinition> BuiltIn =
        All.ToFrozenDictionary(image => image.Name, StringComparer.OrdinalIgnoreCase);

    /// <summary>The operator's image of that name, else the built-in choice; null when there is neither.</summary>
    public static ImageDefinition? Find(BootCatalog catalog, string name)
    {
        ArgumentNullException.ThrowIfNull(catalog);
        return catalog.Images.TryGetValue(name, out var image) || BuiltIn.TryGetValue(name, out image) ? image : null;
    }

    static ImageDefinition Of(string name, string title, BootMethod method) =>
        new() { Name = name, Title = title, Variants = [new(BootCondition.Always, method)] };
}
