using System.Diagnostics.CodeAnalysis;
using Cordwain.Management.Configuration.Keys;
using Cordwain.Management.Configuration.Syntax;

namespace Cordwain.Management.Configuration.Reading;

/// <summary>What every part of one reading shares.</summary>
sealed class ReadScope(ProblemList problems, ConfigurationInputs inputs)
{
    public ProblemList Problems { get; } = problems;

    public ConfigurationInputs Inputs { get; } = inputs;

    /// <summary>Names that were written somewhere and must be defined somewhere else; checked when everything has been read.</summary>
    public List<(Placed<string> Name, string Path)> ImageNames { get; } = [];

    /// <summary>Patterns for networks in conditions.</summary>
    public List<(Placed<string> Pattern, string Path)> NetworkPatterns { get; } = [];

    /// <summary>The text of a node that must be one.</summary>
    public bool TryText(ConfigNode node, string path, string expected, [NotNullWhen(true)] out string? text)
    {
        text = (node as ConfigNode.Scalar)?.Text;
        if (text is not null && !node.IsNull)
            return true;

        if (node.IsNull)
            Problems.Error("CW4008", node.Place, $"{path} has no value; it takes {expected}.", "Write one, or remove the line.");
        else
            Problems.Error("CW4008", node.Place, $"{path} takes {expected}, and this is {node.Kind}.", "Write one value after the colon; a value that begins with `{` or `[` needs quotes.");
        return false;
    }

    /// <summary>Checks a name that the operator gave.</summary>
    public bool CheckName(ConfigEntry entry, string path, Func<string, Complaint?> check)
    {
        if (check(entry.Key) is not { } complaint)
            return true;
        Problems.Error(complaint.Code, entry.KeyPlace, $"{path}: `{entry.Key}` {complaint.What}", complaint.Fix);
        return false;
    }

    /// <summary>Compiles a template to see whether it does.</summary>
    public void CheckTemplate(string text, string path, SourcePlace place)
    {
        if (!text.Contains("{{", StringComparison.Ordinal))
            return;
        var mistake = text.LastIndexOf("{{", StringComparison.Ordinal) > text.LastIndexOf("}}", StringComparison.Ordinal) ? "a `{{` is not closed." : Inputs.CheckTemplate(text);
        if (mistake is not null)
            Problems.Error("CW4048", place, $"{path}: the template does not read: {mistake}", "Templates are described in docs/guide/menus.md.");
    }
}
