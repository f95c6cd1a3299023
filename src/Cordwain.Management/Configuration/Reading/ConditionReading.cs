using System.Collections.Immutable;
using Cordwain.Boot.Catalog;
using Cordwain.Boot.Machines;
using Cordwain.Management.Configuration.Keys;
using Cordwain.Management.Configuration.Syntax;
using Cordwain.Protocols.Wire;

namespace Cordwain.Management.Configuration.Reading;

/// <summary>Reads <c>when</c>, and finds conditions that no machine can meet.</summary>
static class ConditionReading
{
    public static BootCondition Read(ObjectReader owner, ConfigKey<ConfigNode> when, ReadScope scope) =>
        owner.Try(when, out var node) ? Read(node, owner.PathOf(when), scope) : BootCondition.Always;

    public static BootCondition Read(ConfigNode node, string path, ReadScope scope)
    {
        if (ObjectReader.Open(node, ConditionKeys.Object, path, scope) is not { } reader)
            return BootCondition.Always;

        var condition = new BootCondition
        {
            Arch = List(reader, ConditionKeys.Arch, scope),
            Platform = List(reader, ConditionKeys.Platform, scope),
            Cpu = List(reader, ConditionKeys.Cpu, scope),
            Ipxe = reader.OrNone(ConditionKeys.Ipxe),
            Http = reader.OrNone(ConditionKeys.Http),
            UserClass = Patterns(reader, ConditionKeys.UserClass, scope),
            VendorClass = Patterns(reader, ConditionKeys.VendorClass, scope),
            Mac = Patterns(reader, ConditionKeys.Mac, scope, IdentityPatterns.Mac),
            Uuid = Patterns(reader, ConditionKeys.Uuid, scope, IdentityPatterns.Uuid),
            Serial = Patterns(reader, ConditionKeys.Serial, scope),
            Network = Networks(reader, scope),
            Relay = List(reader, ConditionKeys.Relay, scope),
            Options = Options(reader, scope),
            Not = Not(reader, scope),
            Any = Any(reader, scope),
        };
        CheckContradictions(condition, reader, scope);
        return condition;
    }

    static ImmutableArray<T> List<T>(ObjectReader reader, ConfigKey<ImmutableArray<Placed<T>>> key, ReadScope scope)
    {
        if (!reader.Try(key, out var values))
            return [];
        CheckNotEmpty(values.Length, reader, key, scope);
        return [.. values.Select(value => value.Value)];
    }

    static ImmutableArray<TextPattern> Patterns(ObjectReader reader, ConfigKey<ImmutableArray<Placed<string>>> key, ReadScope scope, Func<string, (string Pattern, string? Wrong)>? fold = null)
    {
        if (!reader.Try(key, out var values))
            return [];

        CheckNotEmpty(values.Length, reader, key, scope);
        var patterns = ImmutableArray.CreateBuilder<TextPattern>();
        foreach (var (written, place) in values)
        {
            var (pattern, wrong) = fold?.Invoke(written) ?? (written, null);
            if (wrong is not null)
                scope.Problems.Error("CW4052", place, $"{reader.PathOf(key)}: `{written}` can never match: {wrong}.", "Write it as machines are shown: lower case, with `*` for any run of characters.");
            patterns.Add(new(pattern));
        }

        return patterns.ToImmutable();
    }

    static ImmutableArray<TextPattern> Networks(ObjectReader reader, ReadScope scope)
    {
        if (reader.Try(ConditionKeys.Network, out var names))
            scope.NetworkPatterns.AddRange(names.Select(name => (name, reader.PathOf(ConditionKeys.Network))));
        return Patterns(reader, ConditionKeys.Network, scope);
    }

    static ImmutableArray<(byte, TextPattern)> Options(ObjectReader reader, ReadScope scope)
    {
        var options = ImmutableArray.CreateBuilder<(byte, TextPattern)>();
        foreach (var entry in reader.Or(ConditionKeys.Option, []))
        {
            var path = ObjectReader.PathOf(reader.PathOf(ConditionKeys.Option), entry.Key);
            if (scope.Inputs.Options.Find(entry.Key) is not { } code)
                scope.Problems.Error("CW4030", entry.KeyPlace, $"{path}: `{entry.Key}` is no DHCP option.", OptionsKind.SuggestOption(entry.Key, scope));
            else if (scope.TryText(entry.Value, path, "a pattern", out var pattern))
                options.Add((code, new(pattern)));
        }

        return options.ToImmutable();
    }

    static ImmutableArray<BootCondition> Not(ObjectReader reader, ReadScope scope)
    {
        if (!reader.Try(ConditionKeys.Not, out var node))
            return [];

        var conditions = ImmutableArray.CreateBuilder<BootCondition>();
        foreach (var inner in node is ConfigNode.Sequence list ? list.Items : [node])
        {
            var before = scope.Problems.HasErrors;
            var condition = Read(inner, reader.PathOf(ConditionKeys.Not), scope);
            if (condition == BootCondition.Always || (!before && !scope.Problems.HasErrors && IsAlways(condition)))
                scope.Problems.Error("CW4052", inner.Place, $"{reader.PathOf(ConditionKeys.Not)}: an empty condition always holds, so nothing can meet its opposite.", "Write what must not hold, or remove `not`.");
            conditions.Add(condition);
        }

        return conditions.ToImmutable();
    }

    static ImmutableArray<BootCondition> Any(ObjectReader reader, ReadScope scope)
    {
        if (!reader.Try(ConditionKeys.Any, out var nodes))
            return [];
        CheckNotEmpty(nodes.Length, reader, ConditionKeys.Any, scope);
        return [.. nodes.Select((node, index) => Read(node.Value, $"{reader.PathOf(ConditionKeys.Any)}[{index}]", scope))];
    }

    public static bool IsAlways(BootCondition condition) =>
        condition is { Ipxe: null, Http: null }
        && condition.Arch.IsEmpty && condition.Platform.IsEmpty && condition.Cpu.IsEmpty && condition.UserClass.IsEmpty && condition.VendorClass.IsEmpty
        && condition.Mac.IsEmpty && condition.Uuid.IsEmpty && condition.Serial.IsEmpty && condition.Network.IsEmpty && condition.Relay.IsEmpty
        && condition.Options.IsEmpty && condition.Not.IsEmpty && (condition.Any.IsEmpty || condition.Any.Any(IsAlways));

    static void CheckNotEmpty(int count, ObjectReader reader, ConfigKey key, ReadScope scope)
    {
        if (count == 0 && reader.NodeOf(key) is ConfigNode.Sequence or { IsNull: true })
            scope.Problems.Error("CW4052", reader.PlaceOf(key), $"{reader.PathOf(key)} is an empty list, which nothing matches.", "Write what it must match, or remove the line to match everything.");
    }

    static void CheckContradictions(BootCondition condition, ObjectReader reader, ReadScope scope)
    {
        if (condition.Arch.IsEmpty && condition.Platform.IsEmpty && condition.Cpu.IsEmpty)
            return;

        var written = string.Join(", ", new ConfigKey[] { ConditionKeys.Arch, ConditionKeys.Platform, ConditionKeys.Cpu, ConditionKeys.Http }.Where(reader.Has).Select(key => $"`{key.Name}`"));
        var known = ClientArchitecture.Names.Select((_, code) => new ClientArchitecture((ushort)code));
        var possible = (condition.Arch.IsEmpty ? known : condition.Arch).Where(arch =>
            !arch.IsKnown || ((condition.Platform.IsEmpty || condition.Platform.Contains(arch.Platform)) && (condition.Cpu.IsEmpty || condition.Cpu.Contains(arch.Cpu))));

        // An architecture with `-http` in its name is what firmware sends that fetches by HTTP itself, and nothing else sends it.
        if (condition.Http is { } http && !condition.Arch.IsEmpty)
            possible = possible.Where(arch => !arch.IsKnown || arch.IsHttp == http);
        if (!possible.Any())
            scope.Problems.Error("CW4052", reader.Place, $"{reader.Path} can never match: no architecture meets {written} at once.", "Everything in a condition must hold; write two conditions below `any` where one is enough.");
    }
}
