using Cordwain.Management.Import.Draft;

namespace Cordwain.Management.Import.Menus;

/// <summary>Joins menus of several files: the first is the menu, others become lines that open them.</summary>
static class DraftMenus
{
    public static void Add(ImportDraft draft, DraftMenu menu, DraftNames names, string file)
    {
        RemoveEmpty(menu);
        if (menu.Items.Count == 0)
            return;
        if (draft.Menu is null)
        {
            draft.Menu = menu;
            return;
        }

        draft.Menu.Items.Add(new() { Name = names.Image(Path.GetFileNameWithoutExtension(file) is { Length: > 0 } stem ? stem : file), Title = menu.Title ?? file, Menu = menu });
    }

    static void RemoveEmpty(DraftMenu menu)
    {
        foreach (var inner in menu.Items.Where(item => item.Menu is not null))
            RemoveEmpty(inner.Menu!);
        menu.Items.RemoveAll(item => item.Menu is { Items.Count: 0 });
        if (menu.Items.TrueForAll(item => item.IsSeparator))
            menu.Items.Clear();

        // A key belongs to one line; and a default must be a line.
        var keys = new HashSet<string>();
        foreach (var item in menu.Items.Where(item => item.Hotkey is not null && !keys.Add(item.Hotkey)))
            item.Hotkey = null;
        if (menu.Default is { } chosen && !menu.Items.Exists(item => item.Entry == chosen))
            menu.Default = null;
    }
}
