using Cordwain.Boot.Catalog;
using Cordwain.Boot.Menus;
using Cordwain.Boot.Templates;
using Cordwain.Content.Folders;
using Cordwain.Content.Loaders;
using Cordwain.Management.Configuration;
using Cordwain.Protocols.Wire;
using Cordwain.Server.Hosting;

namespace Cordwain.Hosting;

/// <summary>Reads the configuration against this machine: its interfaces, its loader packages, its environment.</summary>
/// <param name="file">Null: none; the defaults hold.</param>
/// <param name="devices">The interfaces at the moment.</param>
/// <param name="isUsedUp">Whether a machine's one boot has happened.</param>
sealed class ConfigurationSource(string? file, Func<IReadOnlyList<NetworkDevice>> devices, Func<string, string, bool> isUsedUp, TimeProvider time)
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
            FindLoaders = settings => LoaderFolders.Scan(settings.LoaderFolders)
                .ToCatalog(settings.FilesFolder is { } folder && Directory.Exists(folder) ? new BootFolder(folder, time) : null),
            IsUsedUp = isUsedUp,
        };
    }

    /// <summary>The networks of the interfaces that would be found by themselves.</summary>
    public IReadOnlyList<(string Interface, Ipv4Network Network)> Links() =>
        [
            .. from choice in InterfaceChoice.Choose(devices(), [], [])
               where choice.IsServed
               from address in choice.Device.Addresses
               select (choice.Device.Name, address.Network),
        ];
}
