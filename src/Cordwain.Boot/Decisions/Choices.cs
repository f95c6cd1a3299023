using Cordwain.Boot.Catalog;
using Cordwain.Boot.Menus;

namespace Cordwain.Boot.Decisions;

/// <summary>Finds what a name of the configuration boots: the built-in choices share one name space with the images.</summary>
static class Choices
{
    public static ImageDefinition Local => BuiltInMenu.Choices["local"];

    /// <summary>The operator's image of that name, else the built-in choice; null when there is neither.</summary>
    public static ImageDefinition? Find(BootCatalog catalog, string name) =>
        catalog.Images.TryGetValue(name, out var image) || BuiltInMenu.Choices.TryGetValue(name, out image) ? image : null;
}
