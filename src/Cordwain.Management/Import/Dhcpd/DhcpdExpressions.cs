using System.Collections.Immutable;
using System.Globalization;
using System.Text;
using Cordwain.Management.Import.Draft;
using Cordwain.Protocols.Dhcp4;
using Cordwain.Protocols.Wire;

namespace Cordwain.Management.Import.Dhcpd;

/// <summary>What stands on one side of a comparison (dhcp-eval(5)).</summary>
/// <param name="Bytes">Of a literal; null otherwise.</param>
/// <param name="Option">Of <c>option x</c>.</param>
/// <param name="IsHardware">The hardware type and address.</param>
sealed record DhcpdData(byte[]? Bytes, DhcpdOption? Option, bool IsHardware)
{
    /// <summary>Of <c>substring</c>.</summary>
    public int Offset { get; init; }

    /// <summary>Of <c>substring</c> and <c>suffix</c>; null: all.</summary>
    public int? Length { get; init; }
    public bool IsSuffix { get; init; }
    public bool IsNumber { get; init; }
    public bool IsHexText { get; init; }
}

/// <summary>Reads what stands behind <c>if</c> and turns it into a condition of ours.</summary>
sealed class DhcpdExpressions(DhcpdOptions options)
{
    const int MostDepth = 32;

    IReadOnlyList<DhcpdToken> _words = [];
    int _at;
    int _depth;

    /// <param name="why">What has no counterpart, a clause; empty on success.</param>
    public ImportCondition? TryRead(IReadOnlyList<DhcpdToken> words, out string why)
    {
        (_words, _at, _depth, why) = (words, 0, 0, "");
        try
        {
            var condition = Or();
            if (_at == words.Count)
                return condition;
            why = $"`{words[_at]}` is not expected there";
        }
        catch (NotExpressibleException e)
        {
            why = e.Message;
        }

        return null;
    }

    /// <summary>Reads <c>match EXPRESSION</c> of a class, to compare it with a subclass's value.</summary>
    public ImportCondition? TryMatch(IReadOnlyList<DhcpdToken> expression, DhcpdToken value, out string why)
    {
        (_words, _at, _depth, why) = (expression, 0, 0, "");
        try
        {
            var data = Data();
            return Compare(data, Literal(value));
        }
        catch (NotExpressibleException e)
        {
            why = e.Message;
            return null;
        }
    }

    ImportCondition Or()
    {
        var parts = new List<ImportCondition> { And() };
        while (Take("or"))
            parts.Add(And());
        return parts is [var one] ? one : ImportCondition.Or(parts);
    }

    ImportCondition And()
    {
        var parts = new List<ImportCondition> { Single() };
        while (Take("and"))
            parts.Add(Single());
        return parts is [var one] ? one : ImportCondition.And(parts);
    }

    ImportCondition Single()
    {
        if (++_depth > MostDepth)
            throw new NotExpressibleException("it is nested too deep");
        try
        {
            if (Take("not"))
                return ImportCondition.Not(Single());
            if (Take("exists"))
                return Exists();
            if (Peek("("))
            {
                _at++;
                var inner = Or();
                Expect(")");
                return inner;
            }

            if (Peek("known") || Peek("static") || Peek("check"))
                throw new NotExpressibleException($"`{_words[_at]}` asks for something that conditions here do not know");
            var left = Data();
            if (Take("="))
                return Compare(left, Data());
            if (Take("!="))
                return ImportCondition.Not(Compare(left, Data()));
            if (Take("~=") || Take("~~"))
                return Match(left, Data());
            throw new NotExpressibleException("a comparison is missing");
        }
        finally
        {
            _depth--;
        }
    }

    ImportCondition.Test Exists()
    {
        Take("option");
        var option = Option();
        if (option is { Code: 175, Sub: not null })
            throw new NotExpressibleException("conditions look at option 175 as a whole, not at what is in it; `ipxe: true` is usually what is meant");
        return option.Sub is null ? There(option.Code) : throw new NotExpressibleException($"conditions look at option {option.Code} as a whole, not at what is in it");
    }

    static ImportCondition.Test There(byte code) => new("option", ["*"], OptionText.KeyOf(code, null), code);

    DhcpdOption Option()
    {
        var name = Next().Text;
        return options.Find(name) ?? throw new NotExpressibleException($"there is no option `{name}`");
    }

    DhcpdData Data()
    {
        if (++_depth > MostDepth)
            throw new NotExpressibleException("it is nested too deep");
        try
        {
            var word = Next();
            if (word.Kind == DhcpdTokenKind.Text)
                return Literal(word);
            return word.Text.ToLowerInvariant() switch
            {
                "option" => new(null, Option(), false),
                "hardware" => new(null, null, true),
                "substring" => Substring(),
                "suffix" => Suffix(),
                "lcase" or "ucase" => Inner(),
                "binary-to-ascii" => HexOf(),
                _ => Literal(word),
            };
        }
        finally
        {
            _depth--;
        }
    }

    DhcpdData Inner()
    {
        Expect("(");
        var data = Data();
        Expect(")");
        return data;
    }

    DhcpdData Substring()
    {
        Expect("(");
        var data = Data();
        Expect(",");
        var offset = Number();
        Expect(",");
        var length = Number();
        Expect(")");
        return data.Bytes is not null || data.Length is not null || data.IsSuffix ? throw new NotExpressibleException("`substring` of such a value has no counterpart") : data with { Offset = offset, Length = length };
    }

    DhcpdData Suffix()
    {
        Expect("(");
        var data = Data();
        Expect(",");
        var length = Number();
        Expect(")");
        return data.Bytes is not null || data.Length is not null ? throw new NotExpressibleException("`suffix` of such a value has no counterpart") : data with { IsSuffix = true, Length = length };
    }

    /// <summary>binary-to-ascii(16, 8, ":", substring(hardware, 1, 6)): the address as text.</summary>
    DhcpdData HexOf()
    {
        Expect("(");
        var isHex = Number() == 16;
        Expect(",");
        isHex &= Number() == 8;
        Expect(",");
        isHex &= Next().Text == ":";
        Expect(",");
        var data = Data();
        Expect(")");
        return isHex && data.IsHardware ? data with { IsHexText = true } : throw new NotExpressibleException("`binary-to-ascii` is understood for the hardware address only, as (16, 8, \":\", …)");
    }

    static DhcpdData Literal(DhcpdToken word)
    {
        if (word.Kind == DhcpdTokenKind.Text)
            return new(Encoding.Latin1.GetBytes(word.Text), null, false);
        if (word.Text.Contains(':', StringComparison.Ordinal) && HexText.TryParse(word.Text, out var bytes))
            return new(bytes, null, false);
        if (DhcpdOptions.TryNumber(word.Text, out var number))
            return new([(byte)(number >> 24), (byte)(number >> 16), (byte)(number >> 8), (byte)number], null, false) { IsNumber = true };
        throw new NotExpressibleException($"`{word}` has no counterpart");
    }

    static ImportCondition Compare(DhcpdData left, DhcpdData right)
    {
        if (left.Bytes is not null)
            (left, right) = (right, left);
        if (left.Bytes is not null || right.Bytes is not { } bytes)
            throw new NotExpressibleException("two things of the request are compared with each other");
        if (left.IsHexText)
            bytes = HexText.TryParse(Encoding.Latin1.GetString(bytes), out var parsed) ? parsed : throw new NotExpressibleException("the text is no hardware address");
        if (left.IsHardware)
            return DhcpdPatterns.Hardware(left, bytes);
        if (right.IsNumber)
            bytes = Narrowed(bytes, left.Option!);
        if (left.Option!.Sub is not null)
            throw new NotExpressibleException($"conditions look at option {left.Option.Code} as a whole, not at what is in it");
        return DhcpdPatterns.Option(left, bytes);
    }

    /// <summary>A number is as wide as its option.</summary>
    static byte[] Narrowed(byte[] number, DhcpdOption option)
    {
        var kind = DhcpOptionTable.Find(option.Code).Kind;
        var bits = option.Type?.Fields is [var field] && field[0] is 'u' or 'i' && int.TryParse(option.Type.Fields[0].AsSpan(1), NumberStyles.None, CultureInfo.InvariantCulture, out var width) ? width
            : kind == OptionKinds.U16 || kind == OptionKinds.U16List ? 16 : kind == OptionKinds.U8 || kind == OptionKinds.MessageType || kind == OptionKinds.Bool ? 8 : 32;
        return number[^(bits / 8)..];
    }

    static ImportCondition.Test Match(DhcpdData left, DhcpdData right)
    {
        if (left.Option is not { Sub: null } option || left.Length is not null || right.Bytes is null || DhcpdPatterns.OfRegex(Encoding.Latin1.GetString(right.Bytes)) is not { } pattern)
            throw new NotExpressibleException("the regular expression is more than a pattern with `*` and `?` can say");
        return DhcpdPatterns.Text(option.Code, pattern);
    }

    int Number() => DhcpdOptions.TryNumber(Next().Text, out var number) && number is >= 0 and <= 1024 ? (int)number : throw new NotExpressibleException("a number is missing");

    DhcpdToken Next() => _at < _words.Count ? _words[_at++] : throw new NotExpressibleException("it breaks off");

    bool Peek(string word) => _at < _words.Count && _words[_at].Is(word);

    bool Take(string word)
    {
        var there = Peek(word);
        _at += there ? 1 : 0;
        return there;
    }

    void Expect(string word)
    {
        if (!Take(word))
            throw new NotExpressibleException($"`{word}` is missing");
    }
}
