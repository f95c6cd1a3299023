using Cordwain.Boot.Catalog;
using Cordwain.Boot.Menus.Extlinux;
using Cordwain.Boot.Menus.Grub;
using Cordwain.Boot.Menus.Ipxe;
using Cordwain.Boot.Menus.Pxelinux;

namespace Cordwain.Boot.Menus;

/// <summary>The renderers, one a dialect.</summary>
public static class MenuRenderers
{
    static readonly IMenuRenderer[] ByDialect = [new IpxeRenderer(), new PxelinuxRenderer(), new GrubRenderer(), new ExtlinuxRenderer()];

    public static IReadOnlyList<IMenuRenderer> All => ByDialect;

    public static IMenuRenderer For(MenuDialect dialect) => Array.Find(ByDialect, renderer => renderer.Dialect == dialect)!;

    /// <summary>A menu as text for the machine of the scope, and what it could not hold.</summary>
    public static (string Text, MenuView View) RenderMenu(MenuDefinition menu, MenuScope scope)
    {
        var view = MenuViewBuilder.Build(menu, scope);
        return (For(scope.Dialect).Render(view), view);
    }

    /// <summary>A text that boots one image at once.</summary>
    public static (string Text, EntryView Entry) RenderEntry(ImageDefinition image, MenuScope scope)
    {
        var (entry, _) = MenuViewBuilder.BuildEntry(image, scope);
        return (For(scope.Dialect).RenderEntry(entry, scope.Station), entry);
    }
}
