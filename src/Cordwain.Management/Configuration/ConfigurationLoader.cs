using System.Collections.Frozen;
using System.Collections.Immutable;
using Cordwain.Boot.Catalog;
using Cordwain.Boot.Decisions;
using Cordwain.Boot.Menus;
using Cordwain.Management.Configuration.Keys;
using Cordwain.Management.Configuration.Reading;
using Cordwain.Management.Configuration.Syntax;

namespace Cordwain.Management.Configuration;

/// <summary>Turns cordwain.yaml into a catalog and settings, or says all that is wrong with it.</summary>
public static class ConfigurationLoader
{
    /// <summary>Reads a file; a file that cannot be read is a problem like any other.</summary>
    public static ConfigurationResult Load(string file, ConfigurationInputs inputs)
    {
        byte[] bytes;
        try
        {
            bytes = File.ReadAllBytes(file);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException or ArgumentException or NotSupportedException)
        {
            return new(null, null, [new("CW4001", Severity.Error, $"The configuration cannot be read: {exception.Message}", "Correct the path or the rights; `cordwain serve` without `--config` needs no file.") { File = file }]);
        }

        return Read(bytes, file, inputs);
    }

    /// <summary>What holds without a file: proxyDHCP everywhere and the built-in menu, and what the overrides say.</summary>
    public static ConfigurationResult WithoutFile(ConfigurationInputs inputs) => Read([], "cordwain.yaml", inputs);

    /// <param name="file">How messages name it.</param>
    public static ConfigurationResult Read(ReadOnlySpan<byte> yaml, string file, ConfigurationInputs inputs)
    {
        var problems = new ProblemList();
        var node = YamlTree.Parse(yaml, file, problems);
        if (node is null && problems.HasErrors)
            return new(null, null, problems.ToSorted());
        if (node is not null and not ConfigNode.Mapping)
        {
            problems.Error("CW4005", node.Place, $"The configuration is a mapping, and this is {node.Kind}.", "Begin with a key such as `networks:` or `menu:`.");
            return new(null, null, problems.ToSorted());
        }

        var root = Overrides.Apply(node as ConfigNode.Mapping ?? new ConfigNode.Mapping(new(file, 1, 1), []), inputs.Overrides, problems);
        var scope = new ReadScope(problems, inputs);
        var (catalog, settings) = ReadRoot(ObjectReader.Open(root, RootKeys.Object, "", scope)!, scope, RevisionOf(yaml, root, inputs));
        return problems.HasErrors ? new(null, null, problems.ToSorted()) : new(catalog(), settings, problems.ToSorted());
    }

    static (Func<BootCatalog> Catalog, ServerSettings Settings) ReadRoot(ObjectReader root, ReadScope scope, string revision)
    {
        var settings = SettingsReading.Read(root, scope);
        var networks = NetworkReading.ReadAll(root, scope).Select(network => network.Definition).ToImmutableArray();
        if (root.NodeOf(RootKeys.Networks) is null or { IsNull: true })
            networks = ConfigurationDefaults.ProxyEverywhere(scope.Inputs.Links);

        var images = ImageReading.ReadAll(root, scope);
        var menu = MenuReading.Read(root, images, scope);
        var rules = RuleReading.ReadAll(root, scope);
        var classes = RuleReading.ReadClasses(root, scope);
        var machines = new MachineReading(scope, networks).ReadAll(root);
        var known = AllImages(images, scope.Inputs);
        CheckNames(scope, known, networks);
        CheckStored(root, scope);

        // Built only when nothing is wrong: its indexes take for granted that no identity stands in it twice.
        return (() => new BootCatalog
        {
            Revision = revision,
            Networks = networks,
            Rules = rules,
            Classes = classes,
            Menu = menu,
            Images = known,
            Machines = new MachineRegistry(machines),
            Loaders = scope.Inputs.FindLoaders(settings),
            HttpPort = settings.HttpPort,
            TftpEnabled = settings.TftpEnabled,
            VendorClasses = settings.VendorClasses,
        }, settings);
    }

    // The operator's own wins over one that merely exists.
    static FrozenDictionary<string, ImageDefinition> AllImages(ImmutableArray<ImageDefinition> images, ConfigurationInputs inputs)
    {
        var all = new Dictionary<string, ImageDefinition>(StringComparer.Ordinal);
        foreach (var image in images.Concat(Choices.All).Concat(inputs.KnownImages))
            all.TryAdd(image.Name, image);
        return all.ToFrozenDictionary(StringComparer.Ordinal);
    }

    static void CheckNames(ReadScope scope, FrozenDictionary<string, ImageDefinition> images, ImmutableArray<NetworkDefinition> networks)
    {
        foreach (var ((name, place), path) in scope.ImageNames)
        {
            if (!images.ContainsKey(name))
                scope.Problems.Error("CW4040", place, $"{path}: there is no image `{name}`.", NearestName.Suggest(name, images.Keys, "Define it below `images:`."));
        }

        foreach (var ((pattern, place), path) in scope.NetworkPatterns)
        {
            if (networks.Any(network => new TextPattern(pattern).Matches(network.Name)))
                continue;
            if (pattern.AsSpan().IndexOfAny('*', '?') < 0)
                scope.Problems.Error("CW4056", place, $"{path}: there is no network `{pattern}`.", NearestName.Suggest(pattern, [.. networks.Select(network => network.Name)], "Define it below `networks:`."));
            else
                scope.Problems.Warning("CW4056", place, $"{path}: no network is called like `{pattern}`.", "Networks are named below `networks:`.");
        }
    }

    static void CheckStored(ObjectReader root, ReadScope scope)
    {
        foreach (var key in new[] { RootKeys.Networks, RootKeys.Images, RootKeys.Machines })
        {
            var stored = scope.Inputs.Stored.Where(item => item.Kind == key.Name).DistinctBy(item => item.Name).ToDictionary(item => item.Name, item => item.Place, StringComparer.Ordinal);
            foreach (var entry in root.Or(key, []))
            {
                if (stored.TryGetValue(entry.Key, out var place))
                    scope.Problems.Error("CW4090", entry.KeyPlace, $"{root.PathOf(key)}.{entry.Key}: the name stands here, and in the database ({place}).", "Remove one of the two, or rename it.");
            }
        }
    }

    // The same revision means the same answers, so the networks of the interfaces belong to it where they are served.
    static string RevisionOf(ReadOnlySpan<byte> yaml, ConfigNode.Mapping root, ConfigurationInputs inputs)
    {
        var hash = new Fingerprint().Add(yaml);
        foreach (var (name, value) in inputs.Overrides.OrderBy(pair => pair.Key, StringComparer.Ordinal))
            hash.Add($"\0{name}={value}");
        foreach (var (name, network) in root.Find(RootKeys.Networks.Name) is null or { Value.IsNull: true } ? inputs.Links : [])
            hash.Add($"\0{name}={network}");
        return hash.ToHex()[..12];
    }
}
