using Cordwain.Boot.Catalog;
using Cordwain.Boot.Decisions;
using Cordwain.Boot.Menus;
using Cordwain.Content;

namespace Cordwain.Hosting;

/// <summary>Renders menus and entries with the renderers of Boot.</summary>
sealed class MenuTexts : IMenuTexts
{
    public string Render(ContentCandidate.RenderedMenu menu, BootRequest request, BootCatalog catalog) =>
        MenuRenderers.RenderMenu(menu.Menu, Scope(menu.Dialect, request, catalog)).Text;

    public string Render(ContentCandidate.RenderedEntry entry, BootRequest request, BootCatalog catalog) =>
        MenuRenderers.RenderEntry(entry.Image, Scope(entry.Dialect, request, catalog)).Text;

    public string? Render(ContentCandidate.MenuEntry entry, BootRequest request, BootCatalog catalog) =>
        ProtectedItems.Open(catalog.Menu, entry.Name, entry.Password, Scope(MenuDialect.Ipxe, request, catalog));

    static MenuScope Scope(MenuDialect dialect, BootRequest request, BootCatalog catalog) =>
        new(request, catalog, catalog.Machines.Find(request.Machine), dialect);
}
