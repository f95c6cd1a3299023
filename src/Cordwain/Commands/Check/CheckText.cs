using System.Globalization;
using System.Text.Json;
using System.Text.Json.Serialization;
using Cordwain.Boot.Catalog;
using Cordwain.Management;
using Cordwain.Management.Check;
using Cordwain.Server.Api;

namespace Cordwain.Commands.Check;

/// <summary>A report of <c>cordwain check</c>, for people and for programs.</summary>
static class CheckText
{
    /// <summary>More of them in one section are only counted: they are no slips, and would hide those that are.</summary>
    const int MostNotes = 3;

    const int TitleWidth = 20;

    public static void Print(CheckReport report, CheckedServer subject, bool allNotes, TextWriter output)
    {
        Line(output, "File", subject.File ?? "none: proxyDHCP on the private networks of this machine");
        Line(output, "Server", subject.Running is null ? "not running"
            : subject.RunsAnother ? $"running, with another configuration (revision {subject.Running.Revision}); 'cordwain reload' says why"
            : "running, with this configuration");
        foreach (var network in subject.Configuration.Catalog?.Networks ?? [])
            Line(output, "Network", $"{network.Name} {network.Subnet}: {Role(network)}");
        output.WriteLine();

        foreach (var section in report.Sections)
        {
            var hidesNotes = !allNotes && Count(section.Problems, Severity.Note) > MostNotes;
            Line(output, Capital(section.Title), section.Problems.IsEmpty ? "ok" : Counts(section.Problems) + (hidesNotes ? " (--notes shows them)" : ""));
            foreach (var problem in section.Problems.Where(problem => problem.Severity > Severity.Note || !hidesNotes))
                output.WriteLine($"  {problem}");
        }

        output.WriteLine();
        output.WriteLine(Verdict(report, [.. report.Problems]));
    }

    public static string Json(CheckReport report, CheckedServer subject) => JsonSerializer.Serialize(
        new CheckItem(
            subject.File, subject.Running is not null, subject.Configuration.Catalog?.Revision, subject.Running?.Revision,
            Count(report.Problems, Severity.Error), Count(report.Problems, Severity.Warning), Count(report.Problems, Severity.Note),
            [.. report.Sections.Select(section => new CheckSectionItem(section.Title, [.. section.Problems.Select(ControlApi.Item)]))]),
        CheckJson.Default.CheckItem);

    static string Verdict(CheckReport report, IReadOnlyCollection<Problem> problems) =>
        report.HasErrors ? $"{Counts(problems)}: the server would not start, or not do what the configuration says."
        : problems.Any(problem => problem.Severity == Severity.Warning) ? $"{Counts(problems)}: the server starts; read the warnings."
        : problems.Count > 0 ? $"No errors, no warnings, {Counts(problems)}."
        : "No errors, no warnings.";

    /// <summary><c>1 error, 2 warnings</c>; what there is none of is left out.</summary>
    static string Counts(IReadOnlyCollection<Problem> problems) => string.Join(", ",
        from severity in (Severity[])[Severity.Error, Severity.Warning, Severity.Note]
        let count = Count(problems, severity)
        where count > 0
        select string.Create(CultureInfo.InvariantCulture, $"{count} {severity.ToString().ToLowerInvariant()}{(count == 1 ? "" : "s")}"));

    static int Count(IEnumerable<Problem> problems, Severity severity) => problems.Count(problem => problem.Severity == severity);

    static string Role(NetworkDefinition network) => network.Role switch
    {
        NetworkRole.Server => "gives addresses",
        NetworkRole.Proxy => "proxyDHCP, another server gives the addresses",
        _ => "not answered",
    };

    static void Line(TextWriter output, string title, string text) => output.WriteLine($"{title.PadRight(TitleWidth)} {text}");

    static string Capital(string title) => char.ToUpperInvariant(title[0]) + title[1..];
}

sealed record CheckItem(
    string? Configuration, bool Running, string? Revision, string? RunningRevision, int Errors, int Warnings, int Notes, IReadOnlyList<CheckSectionItem> Sections);

sealed record CheckSectionItem(string Title, IReadOnlyList<ProblemItem> Problems);

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
[JsonSerializable(typeof(CheckItem))]
sealed partial class CheckJson : JsonSerializerContext;
