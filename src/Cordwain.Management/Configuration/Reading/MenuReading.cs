using System.Collections.Immutable;
using Cordwain.Boot.Catalog;
using Cordwain.Boot.Menus;
using Cordwain.Management.Configuration.Keys;
using Cordwain.Management.Configuration.Syntax;

namespace Cordwain.Management.Configuration.Reading;

/// <summary>Reads <c>menu</c>.</summary>
sealed class MenuReading
{
    // Deeper than this nobody finds his way back; PXELINUX itself has no limit.
    const int MostDepth = 8;

    readonly ReadScope _scope;
    readonly Dictionary<string, SourcePlace> _subMenus = new(StringComparer.Ordinal);

    MenuReading(ReadScope scope) => _scope = scope;

    /// <param name="images">Of the same file; the menu of a file without one shows them.</param>
    public static MenuDefinition Read(ObjectReader root, ImmutableArray<ImageDefinition> images, ReadScope scope)
    {
        if (!root.Has(RootKeys.Menu))
            return WithImages(scope.Inputs.BuiltInMenu, images);
        var path = root.PathOf(RootKeys.Menu);
        return ObjectReader.Open(root.NodeOf(RootKeys.Menu)!, MenuKeys.Object, path, scope) is { } reader ? new MenuReading(scope).ReadMain(reader, images) : MenuDefinition.Empty;
    }

    static MenuDefinition WithImages(MenuDefinition builtIn, ImmutableArray<ImageDefinition> images)
    {
        if (images.IsEmpty)
            return builtIn;
        var known = images.Select(image => image.Name).ToHashSet();
        var rest = builtIn.Items.Where(item => item is not MenuItem.Entry entry || !known.Contains(entry.Image));
        return builtIn with { Items = [.. images.Select(image => new MenuItem.Entry(image.Name)), new MenuItem.Separator(null), .. rest] };
    }

    MenuDefinition ReadMain(ObjectReader reader, ImmutableArray<ImageDefinition> images)
    {
        var title = reader.Or(MenuKeys.Title, "Boot menu");
        _scope.CheckTemplate(title, reader.PathOf(MenuKeys.Title), reader.PlaceOf(MenuKeys.Title));
        var written = reader.Or(MenuKeys.Entries, []);
        if (reader.NodeOf(MenuKeys.Entries) is ConfigNode.Sequence { Items.IsEmpty: true })
            _scope.Problems.Error("CW4045", reader.PlaceOf(MenuKeys.Entries), $"{reader.PathOf(MenuKeys.Entries)}: the menu has no entries.", "Add at least `local`.");

        var hasEntries = reader.Has(MenuKeys.Entries);
        var menu = new MenuDefinition
        {
            Title = title,
            Timeout = Timeout(reader, MenuKeys.Timeout, TimeSpan.FromSeconds(60)),
            Default = reader.OrNull(MenuKeys.Default),
            Items = hasEntries ? Items(written, reader.PathOf(MenuKeys.Entries), 0) : WithImages(_scope.Inputs.BuiltInMenu, images).Items,
            Look = new() { Background = reader.OrNull(MenuKeys.Background), Colors = Colors(reader) },
        };
        CheckDefault(menu, reader, MenuKeys.Default);
        return menu;
    }

    ImmutableArray<MenuItem> Items(ImmutableArray<Placed<ConfigNode>> written, string path, int depth)
    {
        var items = ImmutableArray.CreateBuilder<MenuItem>();
        var hotkeys = new Dictionary<char, SourcePlace>();
        for (var i = 0; i < written.Length; i++)
        {
            if (Item(written[i].Value, $"{path}[{i}]", depth) is not { } item)
                continue;
            items.Add(item);
            var hotkey = item is MenuItem.Entry entry ? entry.Hotkey : (item as MenuItem.SubMenu)?.Hotkey;
            if (hotkey is { } key && !hotkeys.TryAdd(key, written[i].Place))
                _scope.Problems.Error("CW4043", written[i].Place, $"{path}[{i}]: the hotkey `{key}` belongs to the entry in line {hotkeys[key].Line} already.", "Choose another letter or digit.");
        }

        return items.ToImmutable();
    }

    MenuItem? Item(ConfigNode node, string path, int depth)
    {
        if (node is not ConfigNode.Mapping mapping)
        {
            if (!_scope.TryText(node, path, "the name of an image", out var name))
                return null;
            _scope.ImageNames.Add((new(name, node.Place), path));
            return new MenuItem.Entry(name);
        }

        ConfigKey[] kinds = [ItemObjects.Image, ItemObjects.Menu, ItemObjects.Text];
        var present = kinds.Where(key => mapping.Find(key.Name) is not null).ToArray();
        if (present.Length > 1)
        {
            _scope.Problems.Error("CW4045", node.Place, $"{path} is several things at once: {string.Join(" and ", present.Select(key => $"`{key.Name}`"))}.", "Make each a line of its own.");
            return null;
        }

        if (present is [var only] && only == ItemObjects.Menu)
            return SubMenu(ObjectReader.Open(node, ItemObjects.SubMenu, path, _scope)!, depth);
        if (present is [var separator] && separator == ItemObjects.Text)
            return Separator(ObjectReader.Open(node, ItemObjects.Separator, path, _scope)!);
        return Entry(ObjectReader.Open(node, ItemObjects.Entry, path, _scope)!);
    }

    MenuItem.Separator Separator(ObjectReader reader)
    {
        var node = reader.NodeOf(ItemObjects.Text)!;
        string? text = null;
        if (!node.IsNull && Kinds.Text.TryRead(node, reader.PathOf(ItemObjects.Text), _scope, out text))
            _scope.CheckTemplate(text, reader.PathOf(ItemObjects.Text), node.Place);
        return new(string.IsNullOrEmpty(text) ? null : text) { When = ConditionReading.Read(reader, ItemObjects.When, _scope) };
    }

    MenuItem.Entry? Entry(ObjectReader reader)
    {
        var title = reader.OrNull(ItemObjects.Title);
        var arguments = reader.OrNull(ItemObjects.Arguments);
        _scope.CheckTemplate(title ?? "", reader.PathOf(ItemObjects.Title), reader.PlaceOf(ItemObjects.Title));
        _scope.CheckTemplate(arguments ?? "", reader.PathOf(ItemObjects.Arguments), reader.PlaceOf(ItemObjects.Arguments));
        var (hotkey, password) = (Hotkey(reader), Password(reader));
        var when = ConditionReading.Read(reader, ItemObjects.When, _scope);
        if (!reader.Try(ItemObjects.Image, out var image))
            return null;

        _scope.ImageNames.Add((new(image, reader.PlaceOf(ItemObjects.Image)), reader.Path));
        return new(image) { Title = title, Hotkey = hotkey, Password = password, Arguments = arguments, When = when };
    }

    MenuItem.SubMenu? SubMenu(ObjectReader reader, int depth)
    {
        var title = reader.Or(ItemObjects.MenuTitle, "");
        _scope.CheckTemplate(title, reader.PathOf(ItemObjects.MenuTitle), reader.PlaceOf(ItemObjects.MenuTitle));
        var name = reader.Or(ItemObjects.MenuName, OwnNames.Slug(title));
        if (OwnNames.Image(name) is { } complaint)
            _scope.Problems.Error(complaint.Code, reader.PlaceOf(ItemObjects.MenuName), $"{reader.PathOf(ItemObjects.MenuName)}: `{name}` {complaint.What}", complaint.Fix);
        if (!_subMenus.TryAdd(name, reader.Place))
            _scope.Problems.Error("CW4042", reader.Place, $"{reader.Path}: another sub-menu is called `{name}` already, in line {_subMenus[name].Line}.", "Give it a `name` of its own.");
        if (depth >= MostDepth)
        {
            _scope.Problems.Error("CW4045", reader.Place, $"{reader.Path}: menus are nested more than {MostDepth} deep.", "Make the menu flatter.");
            return null;
        }

        var written = reader.Or(ItemObjects.Menu, []);
        if (reader.NodeOf(ItemObjects.Menu) is ConfigNode.Sequence { Items.IsEmpty: true } or { IsNull: true })
            _scope.Problems.Error("CW4045", reader.PlaceOf(ItemObjects.Menu), $"{reader.Path}: the sub-menu has no entries.", "Add some, or remove it.");
        var menu = new MenuDefinition
        {
            Title = title,
            Timeout = Timeout(reader, ItemObjects.MenuTimeout, null),
            Default = reader.OrNull(ItemObjects.MenuDefault),
            Items = Items(written, reader.PathOf(ItemObjects.Menu), depth + 1),
        };
        CheckDefault(menu, reader, ItemObjects.MenuDefault);
        return new(name, menu) { Hotkey = Hotkey(reader), Password = Password(reader), When = ConditionReading.Read(reader, ItemObjects.When, _scope) };
    }

    void CheckDefault(MenuDefinition menu, ObjectReader reader, ConfigKey<string> key)
    {
        if (menu.Default is not { } name)
            return;

        var entries = menu.Items.OfType<MenuItem.Entry>().Where(entry => entry.Image == name).ToArray();
        var place = reader.PlaceOf(key);
        if (entries.Length == 0 && !menu.Items.OfType<MenuItem.SubMenu>().Any(sub => sub.Name == name))
            _scope.Problems.Error("CW4041", place, $"{reader.PathOf(key)}: `{name}` is no entry of this menu.",
                NearestName.Suggest(name, [.. menu.Items.OfType<MenuItem.Entry>().Select(entry => entry.Image).Distinct()], "Write the name of one of its entries."));
        else if (menu.Timeout is not null && entries.Length > 0 && entries.All(entry => entry.Password is not null))
            _scope.Problems.Warning("CW4044", place, $"{reader.PathOf(key)}: `{name}` asks for a password, so the timeout leads nowhere.", "Choose a default without a password, or write `timeout: forever`.");
    }

    static TimeSpan? Timeout(ObjectReader reader, ConfigKey<TimeSpan> key, TimeSpan? otherwise) =>
        reader.OrNone(key) is { } timeout ? (timeout == System.Threading.Timeout.InfiniteTimeSpan ? null : timeout) : otherwise;

    static char? Hotkey(ObjectReader reader) => reader.Try(ItemObjects.Hotkey, out var hotkey) ? hotkey[0] : null;

    string? Password(ObjectReader reader)
    {
        if (!reader.Try(ItemObjects.Password, out var password))
            return null;
        if (password.Length is > 0 and <= 64)
            return password;
        _scope.Problems.Error("CW4044", reader.PlaceOf(ItemObjects.Password), $"{reader.PathOf(ItemObjects.Password)} is {(password.Length == 0 ? "empty" : "longer than 64 characters")}.", "Write a password, or remove the line to leave the entry free to all.");
        return null;
    }

    ImmutableDictionary<string, string> Colors(ObjectReader menu)
    {
        var colors = ImmutableDictionary<string, string>.Empty;
        if (!menu.Try(MenuKeys.Colors, out var node) || ObjectReader.Open(node, ColorKeys.Object, menu.PathOf(MenuKeys.Colors), _scope) is not { } reader)
            return colors;
        foreach (var part in ColorKeys.Parts)
        {
            if (reader.Try(part, out var color))
                colors = colors.Add(part.Name, color);
        }

        return colors;
    }
}
