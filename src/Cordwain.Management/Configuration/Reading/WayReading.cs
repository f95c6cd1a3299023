using System.Collections.Immutable;
using Cordwain.Boot.Catalog;
using Cordwain.Management.Configuration.Keys;
using Cordwain.Management.Configuration.Syntax;

namespace Cordwain.Management.Configuration.Reading;

/// <summary>Reads the ways to boot that stand in an image or in one of its variants: <c>kernel</c>, <c>program</c>, <c>efi</c>, <c>disk</c>, <c>script</c>.</summary>
sealed class WayReading
{
    static readonly ConfigKey[] Ways = [ImageKeys.Kernel, ImageKeys.Program, ImageKeys.Efi, ImageKeys.Disk, ImageKeys.Script];

    readonly ObjectReader _reader, _arguments;
    readonly BootCondition _when;
    readonly ReadScope _scope;
    readonly FileReading _files;
    readonly List<ImageVariant> _conditional = [], _always = [];

    WayReading(ObjectReader reader, BootCondition when, ReadScope scope, ObjectReader? image)
    {
        _reader = reader;
        _arguments = image is null || reader.Has(ImageKeys.Arguments) ? reader : image;
        _when = when;
        _scope = scope;
        _files = new FileReading(reader.OrNull(ImageKeys.Sha256), reader.Or(ImageKeys.Cache, true), scope);
    }

    public static bool HasAny(ObjectReader reader) => Ways.Concat([ImageKeys.Initrd, ImageKeys.DeviceTree]).Any(key => reader.NodeOf(key) is not null);

    /// <param name="image">The image around a variant: its arguments hold where the variant has none; null: the reader is the image.</param>
    public static ImmutableArray<ImageVariant> Read(ObjectReader reader, BootCondition when, ReadScope scope, ObjectReader? image = null)
    {
        var reading = new WayReading(reader, when, scope, image);
        foreach (var key in new ConfigKey[] { ImageKeys.Kernel, ImageKeys.Initrd, ImageKeys.Arguments, ImageKeys.Program, ImageKeys.Script })
            FirmwareNames.Check(reader, key, scope);
        reading.ReadEfi();
        reading.ReadKernels();
        reading.ReadPrograms();
        reading.ReadDisk();
        reading.ReadScripts();
        reading.CheckTogether();
        return [.. reading._conditional, .. reading._always];
    }

    void ReadEfi()
    {
        if (_reader.Try(ImageKeys.Efi, out var node) && _files.Read(node, _reader.PathOf(ImageKeys.Efi)) is { } file)
            Add(FirmwareNames.Condition("efi"), new BootMethod.Program(file, ArgumentsFor("efi")));
    }

    void ReadKernels()
    {
        if (!_reader.Has(ImageKeys.Kernel))
        {
            foreach (var key in new ConfigKey[] { ImageKeys.Initrd, ImageKeys.DeviceTree }.Where(_reader.Has))
                _scope.Problems.Error("CW4046", _reader.KeyPlaceOf(key), $"{_reader.PathOf(key)} stands without a `kernel`.", "Add the kernel, or remove it.");
            return;
        }

        foreach (var firmware in FirmwareNames.Of(_reader, ImageKeys.Kernel, ImageKeys.Initrd, ImageKeys.Arguments))
        {
            var path = _reader.PathOf(ImageKeys.Kernel);
            var node = FirmwareNames.Pick(_reader.NodeOf(ImageKeys.Kernel), firmware);
            if (node is null)
                _scope.Problems.Error("CW4046", _reader.PlaceOf(ImageKeys.Kernel), $"{path} has nothing for `{firmware}`, which stands in `initrd` or `args`.", $"Add `{firmware}:` there too.");
            else if (_files.Read(node, path) is { } kernel)
                Add(FirmwareNames.Condition(firmware), new BootMethod.Kernel(kernel, Initrds(firmware), ArgumentsFor(firmware)) { DeviceTree = DeviceTree() });
        }
    }

    ImmutableArray<BootFileRef> Initrds(string? firmware)
    {
        if (FirmwareNames.Pick(_reader.NodeOf(ImageKeys.Initrd), firmware) is not { IsNull: false } node)
            return [];
        var path = _reader.PathOf(ImageKeys.Initrd);
        return [.. (node is ConfigNode.Sequence list ? list.Items : [node]).Select(item => _files.Read(item, path)).OfType<BootFileRef>()];
    }

    BootFileRef? DeviceTree() => _reader.Try(ImageKeys.DeviceTree, out var node) ? _files.Read(node, _reader.PathOf(ImageKeys.DeviceTree)) : null;

    void ReadPrograms()
    {
        if (!_reader.Has(ImageKeys.Program))
            return;
        foreach (var firmware in FirmwareNames.Of(_reader, ImageKeys.Program, ImageKeys.Arguments))
        {
            if (FirmwareNames.Pick(_reader.NodeOf(ImageKeys.Program), firmware) is { } node && _files.Read(node, _reader.PathOf(ImageKeys.Program)) is { } file)
                Add(FirmwareNames.Condition(firmware), new BootMethod.Program(file, ArgumentsFor(firmware)));
        }
    }

    void ReadDisk()
    {
        if (!_reader.Try(ImageKeys.Disk, out var node))
            return;

        var path = _reader.PathOf(ImageKeys.Disk);
        string? uri = null, initiator = null;
        if (node is ConfigNode.Mapping)
        {
            var disk = ObjectReader.Open(node, DiskKeys.Object, path, _scope)!;
            uri = disk.OrNull(DiskKeys.Uri);
            initiator = disk.OrNull(DiskKeys.Initiator);
        }
        else if (Kinds.Text.TryRead(node, path, _scope, out var text))
        {
            uri = text;
        }

        if (uri is null)
            return;
        _scope.CheckTemplate(uri, path, node.Place);
        string[] schemes = ["iscsi:", "aoe:", "http://", "https://", "ib_srp:", "srp:", "{{"];
        if (!Array.Exists(schemes, scheme => uri.StartsWith(scheme, StringComparison.OrdinalIgnoreCase)))
            _scope.Problems.Error("CW4017", node.Place, $"{path}: `{uri}` is no disk on the network.", "Write `iscsi:SERVER:::LUN:TARGET`, `aoe:eSHELF.SLOT` or an http:// URL.");
        Add(BootCondition.Always, new BootMethod.SanDisk(uri, initiator));
    }

    void ReadScripts()
    {
        if (!_reader.Has(ImageKeys.Script))
            return;
        foreach (var firmware in FirmwareNames.Of(_reader, ImageKeys.Script))
        {
            if (FirmwareNames.Pick(_reader.NodeOf(ImageKeys.Script), firmware) is { } node && _files.Read(node, _reader.PathOf(ImageKeys.Script)) is { } file)
                Add(FirmwareNames.Condition(firmware), new BootMethod.Script(file));
        }
    }

    string ArgumentsFor(string? firmware)
    {
        if (FirmwareNames.Pick(_arguments.NodeOf(ImageKeys.Arguments), firmware) is not { IsNull: false } node)
            return "";
        var path = _arguments.PathOf(ImageKeys.Arguments);
        if (!Kinds.Arguments.TryRead(node, path, _scope, out var arguments))
            return "";
        _scope.CheckTemplate(arguments, path, node.Place);
        return arguments;
    }

    void Add(BootCondition firmware, BootMethod method)
    {
        var isAlways = ConditionReading.IsAlways(firmware);
        (isAlways ? _always : _conditional).Add(new(FirmwareNames.Both(_when, firmware), method));
    }

    void CheckTogether()
    {
        // Two ways without a condition: nothing says which is meant.
        if (_always.Count > 1)
        {
            var written = Ways.Where(_reader.Has).Select(key => $"`{key.Name}`");
            _scope.Problems.Error("CW4046", _reader.Place, $"{_reader.Path} has several ways to boot at once: {string.Join(", ", written)}.", "Keep one, or say for which firmware each is: `kernel: { bios: …, efi: … }`, or `variants` with `when`.");
        }

        if (_reader.Has(ImageKeys.Arguments) && _reader.NodeOf(ImageKeys.Variants) is null && !_reader.Has(ImageKeys.Kernel) && !_reader.Has(ImageKeys.Program) && !_reader.Has(ImageKeys.Efi))
            _scope.Problems.Warning("CW4027", _reader.KeyPlaceOf(ImageKeys.Arguments), $"{_reader.PathOf(ImageKeys.Arguments)} has no effect: only a kernel or a program takes arguments.", "Remove it, or add the kernel.");
        if (_reader.Has(ImageKeys.Sha256) && _files.Count > 1)
            _scope.Problems.Error("CW4046", _reader.PlaceOf(ImageKeys.Sha256), $"{_reader.PathOf(ImageKeys.Sha256)}: there are {_files.Count} files here; which is meant?", "Write each as a mapping: `kernel: { file: …, sha256: … }`.");
    }
}
