using Cordwain.Boot.Catalog;
using Cordwain.Boot.Menus;
using Cordwain.Boot.Templates;
using Cordwain.Content;
using Cordwain.Content.Folders;
using Cordwain.Content.Loaders;
using Cordwain.Content.Mirrors;
using Cordwain.Management.Configuration;
using Cordwain.Protocols.Wire;
using Cordwain.Server.Hosting;

namespace Cordwain.Hosting;

/// <summary>Reads the configuration against this machine: its interfaces, its loader packages, its environment.</summary>
/// <param name="file">Null: none; the defaults hold.</param>
/// <param name="data">The data folder, of which nothing is served.</param>
/// <param name="devices">The interfaces at the moment.</param>
/// <param name="isUsedUp">Whether a machine's one boot has happened.</param>
sealed class ConfigurationSource(string? file, string data, Func<IReadOnlyList<NetworkDevice>> devices, Func<string, string, bool> isUsedUp, TimeProvider time)
{
    const string Prefix = "CORDWAIN_";

    /// <summary>Variables that are not settings of the configuration.</summary>
    static readonly string[] NotSettings = ["CORDWAIN_DATA", "CORDWAIN_TEST_MODE", "CORDWAIN_LAB_CACHE"];

    public string? File { get; } = file;

    public ConfigurationResult Load()
    {
        var inputs = Inputs();
        return File is null ? ConfigurationLoader.WithoutFile(inputs) : ConfigurationLoader.Load(File, inputs);
    }

    /// <summary>What a file is read against at this moment.</summary>
    public ConfigurationInputs Inputs()
    {
        // What the packages hold decides which tools the built-in menu offers.
        var (menu, images) = BuiltInMenu.For(LoaderFolders.Scan([]).ToCatalog(null));
        return new()
        {
            Overrides = Environment.GetEnvironmentVariables().Keys.Cast<string>()
                .Where(name => name.StartsWith(Prefix, StringComparison.Ordinal) && !NotSettings.Contains(name))
                .ToDictionary(name => name, name => Environment.GetEnvironmentVariable(name) ?? ""),
            Links = Links(),
            BuiltInMenu = menu,
            KnownImages = [.. images.Values],
            CheckTemplate = text => TemplateText.Check(text)?.ToString(),
            FindLoaders = CatalogOf,
            IsUsedUp = isUsedUp,
        };
    }

    /// <summary>Where files come from: what is named in the catalog and what is served are one.</summary>
    /// <param name="closed">The data folder, as this configuration serves nothing of it.</param>
    public BootFileSources Sources(ServerSettings settings, MirrorCache? mirrors, out ClosedFolder closed)
    {
        closed = new(data, Served(settings));
        return new(settings.FilesFolder is { } files ? new(files, time) { Closed = closed } : null, LoaderFolders.Scan(settings.LoaderFolders, closed: closed), mirrors);
    }

    /// <summary>The folders of the configuration that are everybody's to read.</summary>
    public static IEnumerable<string> Served(ServerSettings settings) =>
        settings.FilesFolder is { } files ? settings.LoaderFolders.Prepend(files) : settings.LoaderFolders;

    /// <summary>The networks of the interfaces that would be found by themselves.</summary>
    public IReadOnlyList<(string Interface, Ipv4Network Network)> Links() =>
        [
            .. from choice in InterfaceChoice.Choose(devices(), [], [])
               where choice.IsServed
               from address in choice.Device.Addresses
               select (choice.Device.Name, address.Network),
        ];

    LoaderCatalog CatalogOf(ServerSettings settings)
    {
        var sources = Sources(settings, null, out _);
        return sources.Loaders.ToCatalog(sources.Folder);
    }
}
