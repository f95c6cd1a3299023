using Cordwain.Boot.Catalog;
using Cordwain.Boot.Decisions;

namespace Cordwain.Content;

/// <summary>Writes menus and scripts for the machine that asks.</summary>
public interface IMenuTexts
{
    string Render(ContentCandidate.RenderedMenu menu, BootRequest request, BootCatalog catalog);

    string Render(ContentCandidate.RenderedEntry entry, BootRequest request, BootCatalog catalog);

    /// <returns>Null when the machine's menu has nothing of that name.</returns>
    EntryText? Render(ContentCandidate.MenuEntry entry, BootRequest request, BootCatalog catalog);
}

/// <summary>The script of a menu's entry.</summary>
/// <param name="Refused">What the trace says when the script only tells that the entry is not opened.</param>
public sealed record EntryText(string Script, TraceStep? Refused = null);
