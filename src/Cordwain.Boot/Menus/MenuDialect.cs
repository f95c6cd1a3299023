namespace Cordwain.Boot.Menus;

/// <summary>The languages in which loaders take a menu.</summary>
public enum MenuDialect
{
    Ipxe,
    Pxelinux,
    Grub,

    /// <summary>U-Boot's reading of the PXELINUX syntax.</summary>
    Extlinux,
}
