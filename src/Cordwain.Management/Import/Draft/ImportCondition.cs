using System.Collections.Immutable;

namespace Cordwain.Management.Import.Draft;

/// <summary>A condition on its way into <c>when</c>. Compared by its text.</summary>
abstract class ImportCondition
{
    public static readonly ImportCondition Always = new AllOf([]);
    public static readonly ImportCondition Never = new AnyOf([]);

    /// <summary>One key of <c>when</c> with the values of which one must match.</summary>
    /// <param name="option">For the key <c>option</c>: which.</param>
    /// <param name="code">The DHCP option it looks at; 0: none.</param>
    public sealed class Test(string key, ImmutableArray<string> values, string? option = null, byte code = 0) : ImportCondition
    {
        public string Key => key;
        public ImmutableArray<string> Values => values;
        public string? Option => option;
        public byte Code => code;
        public bool IsExistence => option is not null && values is ["*"];
        public override string Text => $"{key}/{option}={string.Join('|', values)}";
    }

    public sealed class AllOf(ImmutableArray<ImportCondition> parts) : ImportCondition
    {
        public ImmutableArray<ImportCondition> Parts => parts;
        public override string Text => $"all({string.Join(',', parts.Select(part => part.Text))})";
    }

    public sealed class AnyOf(ImmutableArray<ImportCondition> parts) : ImportCondition
    {
        public ImmutableArray<ImportCondition> Parts => parts;
        public override string Text => $"any({string.Join(',', parts.Select(part => part.Text))})";
    }

    public sealed class NotThis(ImportCondition part) : ImportCondition
    {
        public ImportCondition Part => part;
        public override string Text => $"not({part.Text})";
    }

    public abstract string Text { get; }

    public bool IsAlways => this is AllOf { Parts.IsEmpty: true };

    public bool IsNever => this is AnyOf { Parts.IsEmpty: true };

    public static ImportCondition Ipxe { get; } = new Test("ipxe", ["true"], code: 77);

    public static ImportCondition Arch(params ReadOnlySpan<ushort> codes)
    {
        var names = ImmutableArray.CreateBuilder<string>();
        foreach (var code in codes)
            names.Add(new Boot.Machines.ClientArchitecture(code) is { IsKnown: true } known ? known.Name : code.ToString(System.Globalization.CultureInfo.InvariantCulture));
        return new Test("arch", names.ToImmutable(), code: 93);
    }

    public static ImportCondition Not(ImportCondition condition) =>
        condition is NotThis not ? not.Part
        : condition.IsAlways ? Never
        : condition.IsNever ? Always
        : new NotThis(condition);

    public static ImportCondition And(params IEnumerable<ImportCondition> conditions)
    {
        var parts = new List<ImportCondition>();
        foreach (var condition in conditions)
            parts.AddRange(condition is AllOf all ? all.Parts : [condition]);
        parts = [.. parts.DistinctBy(part => part.Text)];
        if (parts.Exists(part => part.IsNever || parts.Exists(other => other is NotThis not && not.Part.Text == part.Text)))
            return Never;

        // "Is there" says nothing beside "has this value".
        parts.RemoveAll(part => part is Test { IsExistence: true } there && parts.Exists(other => other is Test { IsExistence: false } test && test.Code == there.Code));
        if (!JoinArchitectures(parts))
            return Never;
        return parts is [var only] ? only : new AllOf([.. parts]);
    }

    public static ImportCondition Or(params IEnumerable<ImportCondition> conditions)
    {
        var parts = new List<ImportCondition>();
        foreach (var condition in conditions)
            parts.AddRange(condition is AnyOf any ? any.Parts : [condition]);
        parts = [.. parts.DistinctBy(part => part.Text)];
        if (parts.Exists(part => part.IsAlways || parts.Exists(other => other is NotThis not && not.Part.Text == part.Text)))
            return Always;
        if (parts.Count > 1 && parts.TrueForAll(part => part is NotThis))
            return Not(And(parts.Select(part => ((NotThis)part).Part)));

        // Values of one key are alternatives already.
        var joined = new List<ImportCondition>();
        foreach (var part in parts)
        {
            var at = part is Test { Key: not "ipxe" } test ? joined.FindIndex(other => other is Test same && same.Key == test.Key && same.Option == test.Option) : -1;
            if (at >= 0)
                joined[at] = new Test(((Test)part).Key, [.. ((Test)joined[at]).Values.Union(((Test)part).Values)], ((Test)part).Option, ((Test)part).Code);
            else
                joined.Add(part);
        }

        return joined is [var only] ? only : new AnyOf([.. joined]);
    }

    /// <summary>No request can meet both, as far as that can be seen without thinking hard.</summary>
    public static bool Exclude(ImportCondition left, ImportCondition right)
    {
        return PartsOf(left).Any(a => PartsOf(right).Any(b =>
            (a is NotThis notA && notA.Part.Text == b.Text) || (b is NotThis notB && notB.Part.Text == a.Text) || (a is Test x && b is Test y && AreApart(x, y))));

        static ImmutableArray<ImportCondition> PartsOf(ImportCondition condition) => condition is AllOf all ? all.Parts : [condition];
    }

    static bool AreApart(Test left, Test right) =>
        left.Key == right.Key && left.Key is "arch" or "mac" or "network"
        && left.Values.Concat(right.Values).All(value => value.AsSpan().IndexOfAny('*', '?') < 0)
        && !left.Values.Intersect(right.Values).Any();
    /// <returns>False when no architecture is left.</returns>
    static bool JoinArchitectures(List<ImportCondition> parts)
    {
        if (parts.OfType<Test>().Where(test => test.Key == "arch").ToArray() is not { Length: > 1 } tests)
            return true;
        var both = tests.Select(test => test.Values.AsEnumerable()).Aggregate((left, right) => left.Intersect(right)).ToImmutableArray();
        parts[parts.IndexOf(tests[0])] = new Test("arch", both, code: 93);
        parts.RemoveAll(part => part is Test { Key: "arch" } test && tests.Skip(1).Contains(test));
        return !both.IsEmpty;
    }

    public override string ToString() => Text;
}
