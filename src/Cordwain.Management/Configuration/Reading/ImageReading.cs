using System.Collections.Immutable;
using Cordwain.Boot.Catalog;
using Cordwain.Boot.Decisions;
using Cordwain.Management.Configuration.Keys;
using Cordwain.Management.Configuration.Syntax;

namespace Cordwain.Management.Configuration.Reading;

/// <summary>Reads <c>images</c>.</summary>
static class ImageReading
{
    public static ImmutableArray<ImageDefinition> ReadAll(ObjectReader root, ReadScope scope)
    {
        var images = ImmutableArray.CreateBuilder<ImageDefinition>();
        foreach (var entry in root.Or(RootKeys.Images, []))
        {
            var path = root.PathOf(RootKeys.Images) + "." + entry.Key;
            scope.CheckName(entry, path, OwnNames.Image);
            if (Choices.All.Any(choice => choice.Name == entry.Key))
                scope.Problems.Error("CW4042", entry.KeyPlace, $"{path}: `{entry.Key}` is a choice that is built in.", "Give the image another name.");
            if (ObjectReader.Open(entry.Value, ImageKeys.Object, path, scope) is { } reader)
                images.Add(Read(entry.Key, reader, scope));
        }

        return images.ToImmutable();
    }

    static ImageDefinition Read(string name, ObjectReader reader, ReadScope scope)
    {
        if (reader.Try(ImageKeys.Title, out var title))
            scope.CheckTemplate(title, reader.PathOf(ImageKeys.Title), reader.PlaceOf(ImageKeys.Title));

        var hasIso = reader.NodeOf(ImageKeys.Iso) is not null;
        if (hasIso)
            scope.Problems.Error("CW4047", reader.KeyPlaceOf(ImageKeys.Iso), $"{reader.PathOf(ImageKeys.Iso)}: booting out of an ISO file is not there yet.",
                "Copy kernel and initrd out of the ISO into the files folder, and name them with `kernel` and `initrd`.");

        var variants = ImmutableArray.CreateBuilder<ImageVariant>();
        var errorsBefore = scope.Problems.HasErrors;
        var written = reader.Or(ImageKeys.Variants, []);
        for (var i = 0; i < written.Length; i++)
        {
            if (ObjectReader.Open(written[i].Value, ImageKeys.Variant, $"{reader.PathOf(ImageKeys.Variants)}[{i}]", scope) is not { } variant)
                continue;
            var ways = WayReading.Read(variant, ConditionReading.Read(variant, ImageKeys.When, scope), scope, reader);
            if (ways.IsEmpty && !WayReading.HasAny(variant))
                scope.Problems.Error("CW4046", variant.Place, $"{variant.Path} does not say what to boot.", "Add `kernel`, `program`, `disk` or `script`.");
            variants.AddRange(ways);
        }

        variants.AddRange(WayReading.Read(reader, BootCondition.Always, scope));
        if (variants.Count == 0 && !hasIso && written.IsEmpty && !WayReading.HasAny(reader))
            scope.Problems.Error("CW4046", reader.Place, $"{reader.Path} does not say what to boot.", "Add `kernel`, `program`, `disk` or `script`.");
        CheckOrder(variants, reader, scope, errorsBefore);
        return new() { Name = name, Title = title ?? name, Variants = variants.ToImmutable() };
    }

    // The first variant whose condition holds is taken; one that always holds hides those after it.
    static void CheckOrder(ImmutableArray<ImageVariant>.Builder variants, ObjectReader reader, ReadScope scope, bool errorsBefore)
    {
        var always = variants.ToList().FindIndex(variant => ConditionReading.IsAlways(variant.When));
        if (always >= 0 && always < variants.Count - 1 && !scope.Problems.HasErrors && !errorsBefore)
            scope.Problems.Warning("CW4054", reader.Place, $"{reader.Path}: a variant without a condition stands before others, which are never taken.", "Put the variant without `when` last.");
    }
}
