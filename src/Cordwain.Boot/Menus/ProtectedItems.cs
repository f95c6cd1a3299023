using Cordwain.Boot.Menus.Ipxe;

namespace Cordwain.Boot.Menus;

/// <summary>Answers <c>entry/NAME.ipxe?…&amp;password=…</c>: what an iPXE menu asks when somebody has typed the password of an entry.</summary>
public static class ProtectedItems
{
    /// <summary>The script that boots the entry, or shows the sub-menu, when the password is right; else one that says so and returns to the menu.</summary>
    /// <param name="name">Label of an entry or sub-menu that this machine sees.</param>
    /// <param name="password">As typed; null: none was given.</param>
    /// <returns>Null: the machine's menu holds nothing of this name.</returns>
    public static ItemAnswer? Open(MenuDefinition menu, string name, string? password, MenuScope scope)
    {
        var ipxe = scope with { Dialect = MenuDialect.Ipxe };
        var view = MenuViewBuilder.Build(menu, ipxe);
        if (Find(view, name, []) is not { } found)
            return null;
        // A sub-menu's password protects all that is in it, also from somebody who asks for an entry by its name.
        if (found.Passwords.Exists(stored => password is null || !MenuPassword.Matches(stored, password)))
            return Refuse($"Wrong password for {name}.");

        var renderer = MenuRenderers.For(MenuDialect.Ipxe);
        return found.Line switch
        {
            MenuLine.Choice choice => new(renderer.RenderEntry(choice.Entry, view.Station), IsRefused: false),
            MenuLine.Sub sub => new(renderer.Render(sub.Menu), IsRefused: false),
            _ => null,
        };
    }

    /// <summary>The script that shows why an item is not opened and returns to the menu.</summary>
    public static ItemAnswer Refuse(string reason) => new(IpxeRenderer.RenderRefusal(reason), IsRefused: true);

    /// <summary>True when the menu has the image behind a password somewhere, whether or not a machine sees that place.</summary>
    public static bool Protect(MenuDefinition menu, string image)
    {
        ArgumentNullException.ThrowIfNull(menu);
        return In(menu, isInside: false);

        bool In(MenuDefinition part, bool isInside) => part.Items.Any(item => item switch
        {
            MenuItem.Entry entry => (isInside || entry.Password is not null) && entry.Image.Equals(image, StringComparison.OrdinalIgnoreCase),
            MenuItem.SubMenu sub => In(sub.Menu, isInside || sub.Password is not null),
            _ => false,
        });
    }

    static (MenuLine Line, List<string> Passwords)? Find(MenuView menu, string name, List<string> passwords)
    {
        foreach (var line in menu.Lines)
        {
            if (line is MenuLine.Choice { Entry: var entry } && entry.Name == name)
                return (line, entry.Password is null ? passwords : [entry.Password]);
            if (line is not MenuLine.Sub sub)
                continue;

            List<string> inside = sub.Password is null ? passwords : [.. passwords, sub.Password];
            if (sub.Name == name)
                return (line, inside);
            if (Find(sub.Menu, name, inside) is { } found)
                return found;
        }

        return null;
    }
}

/// <summary>What a machine gets that asks for an item of its menu by name.</summary>
/// <param name="IsRefused">The script only says why not.</param>
public sealed record ItemAnswer(string Script, bool IsRefused);
