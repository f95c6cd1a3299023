namespace Cordwain.Boot.Menus;

/// <summary>Writes menus in one dialect. Pure and without state; a view goes in as <see cref="MenuViewBuilder"/> made it.</summary>
public interface IMenuRenderer
{
    MenuDialect Dialect { get; }

    /// <summary>Why this dialect cannot start such a thing on such a machine; null when it can.</summary>
    string? WhyNot(BootStep step, MenuStation station);

    /// <summary>Why this dialect cannot ask for the entry's password; null when it can.</summary>
    string? WhyNoPassword(string password, MenuStation station);

    /// <summary>What the menu will look like otherwise than the operator wrote it.</summary>
    IEnumerable<MenuRemark> Notes(MenuView view);

    string Render(MenuView view);

    /// <summary>A text that starts one entry at once, without a menu.</summary>
    string RenderEntry(EntryView entry, MenuStation station);
}
