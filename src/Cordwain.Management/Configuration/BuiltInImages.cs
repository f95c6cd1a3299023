using System.Collections.Immutable;
using Cordwain.Boot.Catalog;

namespace Cordwain.Management.Configuration;

/// <summary>The choices that every menu may name without defining them.</summary>
public static class BuiltInImages
{
    public const string Local = "local", Shell = "shell", Reboot = "reboot", PowerOff = "poweroff";

    public static ImmutableArray<ImageDefinition> All { get; } =
    [
        Make(Local, "Boot from the local disk", new BootMethod.LocalDisk()),
        Make(Shell, "Shell of the boot loader", new BootMethod.Shell()),
        Make(Reboot, "Reboot", new BootMethod.Reboot()),
        Make(PowerOff, "Power off", new BootMethod.PowerOff()),
    ];

    static ImageDefinition Make(string name, string title, BootMethod method) =>
        new() { Name = name, Title = title, Variants = [new(BootCondition.Always, method)] };
}
