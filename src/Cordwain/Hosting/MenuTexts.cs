using System.Globalization;
using Cordwain.Boot.Catalog;
using Cordwain.Boot.Decisions;
using Cordwain.Boot.Menus;
using Cordwain.Content;

namespace Cordwain.Hosting;

/// <summary>Renders menus and entries with the renderers of Boot, and opens what a password protects.</summary>
/// <param name="time">Null: the clock of this machine.</param>
sealed class MenuTexts(TimeProvider? time = null) : IMenuTexts
{
    readonly PasswordGuesses _guesses = new(time ?? TimeProvider.System);

    public string Render(ContentCandidate.RenderedMenu menu, BootRequest request, BootCatalog catalog) =>
        MenuRenderers.RenderMenu(menu.Menu, Scope(menu.Dialect, request, catalog)).Text;

    public string Render(ContentCandidate.RenderedEntry entry, BootRequest request, BootCatalog catalog) =>
        MenuRenderers.RenderEntry(entry.Image, Scope(entry.Dialect, request, catalog)).Text;

    public EntryText? Render(ContentCandidate.MenuEntry entry, BootRequest request, BootCatalog catalog)
    {
        // Counted before it is looked at: many at a time are many.
        if (entry.Password is not null && _guesses.Begin(request.Address, out var pause) is { } why)
        {
            var seconds = string.Create(CultureInfo.InvariantCulture, $"{Math.Ceiling(pause.TotalSeconds)} s");
            return new(ProtectedItems.Refuse($"Too many wrong passwords. Try again in {seconds}.").Script, new("password", true, $"{why}: nothing is compared for another {seconds}"));
        }

        var answer = ProtectedItems.Open(catalog.Menu, entry.Name, entry.Password, Scope(MenuDialect.Ipxe, request, catalog));
        if (entry.Password is not null && answer is not { IsRefused: true })
            _guesses.TakeBack(request.Address);
        return answer is null ? null
            : new(answer.Script, answer.IsRefused ? new("password", true, entry.Password is null ? $"no password was given for {entry.Name}" : $"the password for {entry.Name} is wrong") : null);
    }

    static MenuScope Scope(MenuDialect dialect, BootRequest request, BootCatalog catalog) =>
        new(request, catalog, catalog.Machines.Find(request.Machine), dialect);
}
