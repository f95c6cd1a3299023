using System.Collections.Immutable;
using Cordwain.Management.Import.Draft;

namespace Cordwain.Management.Import.Dhcpd;

/// <summary>What a statement does when dhcpd executes it for a client.</summary>
abstract record DhcpdEffect(ImportPlace Place)
{
    /// <summary>Sets something; a later one wins.</summary>
    /// <param name="What"><c>filename</c>, <c>next-server</c>, <c>lease</c> …, or <c>option</c>.</param>
    public sealed record Assign(string What, string Text, DhcpdOption? Option, byte[] Payload, ImportPlace Place) : DhcpdEffect(Place)
    {
        /// <summary>Tells options apart.</summary>
        public string Target => Option is null ? What : $"{Option.Code}.{Option.Sub}";
    }

    /// <summary>if, elsif, else; or the statements of a class, which are one branch.</summary>
    public sealed record Choose(ImmutableArray<DhcpdBranch> Branches, ImportPlace Place) : DhcpdEffect(Place);
}

/// <param name="Name">Of the class; empty for a branch of an if.</param>
sealed record DhcpdBranch(ImportCondition When, ImmutableArray<DhcpdEffect> Body, ImportPlace Place, string Name = "");

/// <summary>Reads executable statements, and says which have no counterpart.</summary>
sealed class DhcpdEffects(DhcpdOptions options, ImportReport report)
{
    readonly DhcpdExpressions _expressions = new(options);

    public ImmutableArray<DhcpdEffect> Read(IReadOnlyList<DhcpdStatement> statements)
    {
        var effects = ImmutableArray.CreateBuilder<DhcpdEffect>();
        for (var i = 0; i < statements.Count; i++)
        {
            var statement = statements[i];
            if (statement.Begins("if"))
            {
                var chain = new List<DhcpdStatement> { statement };
                while (i + 1 < statements.Count && (statements[i + 1].Begins("elsif") || statements[i + 1].Begins("else")))
                    chain.Add(statements[++i]);
                if (Choice(chain) is { } choice)
                    effects.Add(choice);
            }
            else if (Assignment(statement) is { } assignment)
            {
                effects.Add(assignment);
            }
        }

        return effects.ToImmutable();
    }

    DhcpdEffect.Choose? Choice(List<DhcpdStatement> chain)
    {
        var branches = ImmutableArray.CreateBuilder<DhcpdBranch>();
        foreach (var statement in chain)
        {
            var isElse = statement.Begins("else") && !statement.Begins("else", "if");
            var condition = ImportCondition.Always;
            if (!isElse)
            {
                var words = statement.Words[(statement.Begins("else") ? 2 : 1)..];
                if (_expressions.TryRead(words, out var why) is not { } read)
                {
                    report.LeftOut("CW6005", statement.Place, $"The condition `{DhcpdParser.Shortened(string.Join(' ', words))}` has no counterpart: {why}.",
                        "The branch is left out, and its machines fall to the branches behind it; write a rule with another condition if they need one.");
                    continue;
                }

                condition = read;
            }

            if (!condition.IsNever)
                branches.Add(new(condition, Read(statement.Body ?? []), statement.Place));
        }

        return branches.Count == 0 ? null : new(branches.ToImmutable(), chain[0].Place);
    }

    DhcpdEffect.Assign? Assignment(DhcpdStatement statement)
    {
        if (statement.Begins("option"))
            return Option(statement);
        if (statement.Body is not null)
        {
            report.LeftOut("CW6003", statement.Place, $"`{DhcpdParser.Shortened(statement.ToString())}` is not understood here.", "Look it up in dhcpd.conf(5) and write what it was for by hand.");
            return null;
        }

        var word = statement[0].ToLowerInvariant();
        var value = statement.Words.Length > 1 ? statement.Last : "";
        return word switch
        {
            "filename" or "server-name" or "next-server" or "default-lease-time" or "max-lease-time" or "min-lease-time" when statement.Words.Length == 2 => new(word, statement[1], null, [], statement.Place),
            "authoritative" => new("authoritative", "true", null, [], statement.Place),
            "not" when statement[1].Equals("authoritative", StringComparison.OrdinalIgnoreCase) => new("authoritative", "false", null, [], statement.Place),
            "min-secs" when statement.Words.Length == 2 => new(word, statement[1], null, [], statement.Place),
            "ping-check" or "use-host-decl-names" => new(word, value, null, [], statement.Place),
            "allow" or "deny" or "ignore" => Permission(statement, word),
            _ => DhcpdWords.Report(statement, report),
        };
    }

    DhcpdEffect.Assign? Permission(DhcpdStatement statement, string word)
    {
        var (what, allowed) = (string.Join(' ', statement.Words.Skip(1).Select(part => part.Text.ToLowerInvariant())), word == "allow");
        switch (what)
        {
            case "unknown-clients" or "unknown clients":
                return new("unknown-clients", allowed ? "true" : "false", null, [], statement.Place);
            case "known-clients" or "known clients" or "bootp" or "booting" or "declines" or "duplicates" or "client-updates" or "leasequery" when allowed:
            case "bootp" or "duplicates" or "client-updates" or "leasequery":
                return null;   // as it is here anyway, or of no meaning
            case "booting":
                return new("booting", "false", null, [], statement.Place);
            default:
                report.LeftOut("CW6004", statement.Place, $"`{statement}` has no counterpart: a network has one pool for all its clients.",
                    "Use `known-only: true` to serve known machines only, or `ignore: true` in reservations.");
                return null;
        }
    }

    DhcpdEffect.Assign? Option(DhcpdStatement statement)
    {
        var name = statement[1];
        if (options.Find(name) is not { } option)
        {
            var (what, fix) = options.IsLooseSpace(name)
                ? ($"`{name}` stands in an option space that nothing sends: no `vendor-option-space` and no `encapsulate` names it.", "If it was meant to be sent, write it with its number: `43.6`, `175.176`.")
                : ($"There is no option `{name}`.", "Write it below `options:` with its number and its bytes: `224: hex:01`.");
            report.LeftOut("CW6006", statement.Place, what, fix);
            return null;
        }

        if (DhcpdOptions.TryEncode(option, [.. statement.Words.Skip(2)], out var payload, out var error))
            return new("option", name, option, payload, statement.Place);
        report.LeftOut("CW6006", statement.Place, $"`{DhcpdParser.Shortened(statement.ToString())}`: {error.TrimEnd('.')}.", $"Write it below `options:` in the result: `{OptionText.KeyOf(option.Code, option.Sub)}: hex:…`.");
        return null;
    }
}
