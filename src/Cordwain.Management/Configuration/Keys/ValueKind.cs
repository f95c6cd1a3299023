using System.Diagnostics.CodeAnalysis;
using System.Text.Json.Nodes;
using Cordwain.Management.Configuration.Reading;
using Cordwain.Management.Configuration.Syntax;

namespace Cordwain.Management.Configuration.Keys;

/// <summary>What a key's value may be.</summary>
/// <param name="text">For messages and the manual, with its article: <c>a duration</c>.</param>
abstract class ValueKind(string text)
{
    public string Text { get; } = text;

    /// <summary>JSON schema of the value.</summary>
    public abstract JsonObject Schema { get; }

    /// <summary>Objects that stand inside, for the schema and the manual.</summary>
    public virtual IEnumerable<ConfigObject> Objects => [];
}

/// <summary>A kind whose value reads as <typeparamref name="T"/>.</summary>
abstract class ValueKind<T>(string text) : ValueKind(text)
{
    /// <summary>Reads a value, or says why not.</summary>
    /// <param name="path">Where it stands, as messages name it: <c>networks.rack-a.pool</c>.</param>
    public abstract bool TryRead(ConfigNode node, string path, ReadScope scope, [MaybeNullWhen(false)] out T value);
}

/// <summary>What is wrong with a text.</summary>
/// <param name="What">Goes on from the text: <c>is not a duration</c>.</param>
readonly record struct Complaint(string Code, string What, string? Fix);

delegate Complaint? ReadText<T>(string text, out T value);

/// <summary>A single text, unquoted or quoted.</summary>
/// <param name="show">How a text that cannot be read is shown, when it may hold a secret; null: as it is.</param>
sealed class ScalarKind<T>(string text, JsonObject schema, ReadText<T> read, Func<string, string>? show = null) : ValueKind<T>(text)
{
    public override JsonObject Schema => (JsonObject)schema.DeepClone();

    public override bool TryRead(ConfigNode node, string path, ReadScope scope, [MaybeNullWhen(false)] out T value)
    {
        value = default;
        if (!scope.TryText(node, path, Text, out var written))
            return false;

        if (read(written, out value!) is not { } complaint)
            return true;
        scope.Problems.Error(complaint.Code, node.Place, $"{path}: `{Shorten(show is null ? written : show(written))}` {complaint.What}", complaint.Fix);
        return false;
    }

    static string Shorten(string text) => text.Length <= 80 ? text.ReplaceLineEndings(" ") : text[..77].ReplaceLineEndings(" ") + "…";
}
