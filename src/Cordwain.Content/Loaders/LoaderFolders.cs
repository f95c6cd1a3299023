using System.Collections.Frozen;
using System.Collections.Immutable;
using Cordwain.Boot.Catalog;
using Cordwain.Boot.Machines;
using Cordwain.Content.Folders;

namespace Cordwain.Content.Loaders;

/// <summary>The loaders there are: in Debian's packages and in folders of the operator's. Looked up once; scan again to see new ones.</summary>
public sealed class LoaderFolders
{
    const int MaxFilesOfAFolder = 4096;

    readonly FrozenDictionary<string, LoaderFile> _files;
    readonly ClosedFolder _closed;

    LoaderFolders(Dictionary<string, LoaderFile> files, ClosedFolder closed) =>
        (_files, _closed) = (files.ToFrozenDictionary(StringComparer.OrdinalIgnoreCase), closed);

    public static LoaderFolders Empty { get; } = new([], ClosedFolder.None);

    /// <summary>Every loader by the name under which it is served.</summary>
    public ImmutableArray<LoaderFile> All => [.. _files.Values.OrderBy(file => file.Name, StringComparer.Ordinal)];

    /// <param name="own">Folders of the configuration; what lies in them wins over the packages, and an earlier one over a later one.</param>
    /// <param name="root">Where the packages are installed.</param>
    /// <param name="closed">What is no loader, whatever folder of the configuration leads to it.</param>
    public static LoaderFolders Scan(IEnumerable<string> own, string root = "/", ClosedFolder? closed = null)
    {
        closed ??= ClosedFolder.None;
        var files = new Dictionary<string, LoaderFile>(StringComparer.OrdinalIgnoreCase);
        foreach (var folder in own)
            AddOwn(files, folder, closed);

        foreach (var file in LoaderPackages.Files)
            Add(files, file.Name, Path.Join(root, file.Path), file.Package);
        foreach (var folder in LoaderPackages.Folders)
            AddPackage(files, folder, Path.Join(root, folder.Path));
        return new(files, closed);
    }

    /// <summary>The Debian package that would provide a served name; null when none does.</summary>
    public static string? PackageFor(string name) => LoaderPackages.For(name);

    /// <summary>Finds a loader, without regard to case.</summary>
    /// <param name="architecture">Who asks, where that is known: SYSLINUX has modules of one name for BIOS and EFI.</param>
    public LoaderFile? Find(string name, ClientArchitecture? architecture = null)
    {
        if (name.EndsWith(".c32", StringComparison.OrdinalIgnoreCase) && architecture is { Platform: Platform.Efi } efi
            && _files.GetValueOrDefault((efi.Cpu == Cpu.X86 ? "efi32/" : "efi64/") + name) is { } module)
            return module;
        return _files.GetValueOrDefault(name);
    }

    /// <summary>Opens a loader where it lies now, which may be another place than when it was found.</summary>
    public FolderOpening Open(LoaderFile loader) => Open(loader, null);

    /// <param name="found">For tests, see <see cref="PlainFile.Open"/>.</param>
    internal FolderOpening Open(LoaderFile loader, Action<string>? found) =>
        RealPath.Of(loader.Path) is { } path ? PlainFile.Open(path, _closed, "loader", found) : FolderOpening.NotFound;

    /// <summary>What decisions may send: the loaders found here, and those that lie at the top of the files folder.</summary>
    public LoaderCatalog ToCatalog(BootFolder? files)
    {
        var names = new HashSet<string>(_files.Keys, StringComparer.OrdinalIgnoreCase);
        if (files is not null)
            names.UnionWith(Wanted().Where(name => files.Resolve(name, out _) is { } path && File.Exists(path)));
        return new(names.ToFrozenSet(StringComparer.OrdinalIgnoreCase));
    }

    /// <summary>For each kind of machine that has no loader at all, the name that would serve it best and the package that brings it.</summary>
    public static ImmutableArray<MissingLoader> Missing(LoaderCatalog catalog)
    {
        var missing = ImmutableArray.CreateBuilder<MissingLoader>();
        foreach (var architecture in Architectures())
        {
            if (catalog.For(architecture) is not null || LoaderCatalog.WantedFor(architecture) is not [var best, ..] wanted)
                continue;
            var found = wanted.FirstOrDefault(name => PackageFor(name) is not null) ?? best;
            if (missing.All(other => other.Name != found))
                missing.Add(new(found, PackageFor(found), architecture));
        }

        return missing.ToImmutable();
    }

    static IEnumerable<ClientArchitecture> Architectures() => ClientArchitecture.Names.Select((_, code) => new ClientArchitecture((ushort)code));

    static IEnumerable<string> Wanted() => Architectures().SelectMany(LoaderCatalog.WantedFor).Distinct();

    static void AddPackage(Dictionary<string, LoaderFile> files, LoaderFolder folder, string path)
    {
        foreach (var (relative, file) in FilesBelow(path, folder.Endings))
        {
            foreach (var prefix in folder.Prefixes)
                Add(files, prefix + relative, file, folder.Package);
            AddArm(files, relative, file, folder.Package);
        }
    }

    static void AddOwn(Dictionary<string, LoaderFile> files, string folder, ClosedFolder closed)
    {
        foreach (var (relative, file) in FilesBelow(folder, [""]))
        {
            if (RealPath.Of(file) is not { } path || !File.Exists(path) || closed.Holds(path))
                continue;
            Add(files, relative, file, null);
            AddArm(files, relative, file, null);
        }
    }

    /// <summary>iPXE's builds lie in a folder per processor under one name; decisions tell them apart by a suffix.</summary>
    static void AddArm(Dictionary<string, LoaderFile> files, string relative, string path, string? package)
    {
        if (Path.GetDirectoryName(relative) is { Length: > 0 } folder
            && (folder.Contains("arm64", StringComparison.OrdinalIgnoreCase) || folder.Contains("aarch64", StringComparison.OrdinalIgnoreCase))
            && Path.GetFileName(relative) is "ipxe.efi" or "snponly.efi")
            Add(files, Path.GetFileNameWithoutExtension(relative) + "-arm64.efi", path, package);
    }

    static (string Relative, string Path)[] FilesBelow(string folder, string[] endings)
    {
        if (!Directory.Exists(folder))
            return [];

        var options = new EnumerationOptions { RecurseSubdirectories = true, MaxRecursionDepth = 2, AttributesToSkip = 0, IgnoreInaccessible = true };
        try
        {
            return [.. Directory.EnumerateFiles(folder, "*", options)
                .Where(path => endings.Any(ending => path.EndsWith(ending, StringComparison.OrdinalIgnoreCase)))
                .Take(MaxFilesOfAFolder)
                .Select(path => (Path.GetRelativePath(folder, path).Replace(Path.DirectorySeparatorChar, '/'), path))
                .Order()];
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return [];   // gone since, or its disk does not answer
        }
    }

    static void Add(Dictionary<string, LoaderFile> files, string name, string path, string? package)
    {
        if (File.Exists(path))
            files.TryAdd(name, new(name, path, package));
    }
}

/// <param name="Name">The served name that is missing.</param>
/// <param name="Package">Null: no Debian package has it.</param>
/// <param name="For">The kind of machine that cannot be served without.</param>
public sealed record MissingLoader(string Name, string? Package, ClientArchitecture For);
