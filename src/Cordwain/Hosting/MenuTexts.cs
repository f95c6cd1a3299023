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
        var scope = Scope(MenuDialect.Ipxe, request, catalog);
        if (ProtectedItems.Open(catalog.Menu, entry.Name, null, scope) is not { } unasked)
            return null;
        if (!unasked.IsRefused)
            return new(unasked.Script, null);   // needs no password: what was sent is no guess
        if (entry.Password is null)
            return Refused(unasked.Script, $"no password was given for {entry.Name}");

        // Counted before it is looked at: many at a time are many.
        if (_guesses.Begin(request.Address, out var pause) is { } why)
        {
            var seconds = string.Create(CultureInfo.InvariantCulture, $"{Math.Ceiling(pause.TotalSeconds)} s");
            return Refused(ProtectedItems.Refuse($"Too many wrong passwords. Try again in {seconds}.").Script, $"{why}: nothing is compared for another {seconds}");
        }

        if (ProtectedItems.Open(catalog.Menu, entry.Name, entry.Password, scope) is not { IsRefused: false } opened)
            return Refused(unasked.Script, $"the password for {entry.Name} is wrong");
        _guesses.TakeBack(request.Address);
        return new(opened.Script, null);
    }

    static EntryText Refused(string script, string why) => new(script, new("password", true, why));

    static MenuScope Scope(MenuDialect dialect, BootRequest request, BootCatalog catalog) =>
        new(request, catalog, catalog.Machines.Find(request.Machine), dialect);
}
