namespace Cordwain.Management.Import.Draft;

/// <summary>Writes menus and images.</summary>
static class DraftMenuYaml
{
    public static YamlNode.Mapping Menu(DraftMenu menu)
    {
        var mapping = new YamlNode.Mapping().Add("title", menu.Title).Add("timeout", Timeout(menu.Timeout)).Add("default", menu.Default).Add("background", menu.Background);
        if (menu.Colors.Count > 0)
        {
            var colors = new YamlNode.Mapping(inline: true);
            foreach (var (part, color) in menu.Colors)
                colors.Add(part, color);
            mapping.Add("colors", colors);
        }

        return mapping.Add("entries", Items(menu));
    }

    public static YamlNode.Mapping Image(DraftImage image)
    {
        var mapping = new YamlNode.Mapping { Comment = image.Place.ToString() };
        mapping.Add("title", image.Title).Add("kernel", image.Kernel).AddMany("initrd", image.Initrds).Add("program", image.Program).Add("disk", image.Disk).Add("script", image.Script);
        return mapping.Add("args", string.IsNullOrWhiteSpace(image.Arguments) ? null : image.Arguments);
    }

    static YamlNode.Sequence Items(DraftMenu menu) => new([.. menu.Items.Select(Item)]);

    static YamlNode Item(DraftItem item)
    {
        if (item.IsSeparator)
            return new YamlNode.Mapping(inline: true).Add("separator", YamlNode.Of(item.Title ?? ""));
        if (item.Menu is { } menu)
        {
            return new YamlNode.Mapping().Add("menu", Items(menu)).Add("name", item.Name).Add("title", item.Title ?? item.Name)
                .Add("timeout", menu.Timeout is null ? null : Timeout(menu.Timeout)).Add("default", menu.Default).Add("hotkey", item.Hotkey).Add("password", item.Password);
        }

        return item is { Title: null, Hotkey: null, Password: null }
            ? YamlNode.Of(item.Entry!)
            : new YamlNode.Mapping(inline: true).Add("entry", item.Entry).Add("title", item.Title).Add("hotkey", item.Hotkey).Add("password", item.Password);
    }

    // What menus accept: whole seconds, up to an hour.
    static string Timeout(TimeSpan? timeout) => timeout is not { } span ? "forever" : DraftYaml.Seconds(TimeSpan.FromSeconds(Math.Clamp(Math.Ceiling(span.TotalSeconds), 1, 3599)));
}
