using Cordwain.Boot.Catalog;
using Cordwain.Boot.Decisions;

namespace Cordwain.Content;

/// <summary>Writes menus and scripts for the machine that asks.</summary>
public interface IMenuTexts
{
    string Render(ContentCandidate.RenderedMenu menu, BootRequest request, BootCatalog catalog);

    string Render(ContentCandidate.RenderedEntry entry, BootRequest request, BootCatalog catalog);
}
