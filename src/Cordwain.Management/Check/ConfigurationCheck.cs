using System.Collections.Immutable;
using Cordwain.Management.Configuration;

namespace Cordwain.Management.Check;

/// <summary>What <c>cordwain check</c> does: first the file, then, when it holds, what it meets on this machine.</summary>
public static class ConfigurationCheck
{
    /// <summary>In the order in which they are shown.</summary>
    public static ImmutableArray<ICheck> Standard { get; } =
        [new PortsCheck(), new RightsCheck(), new InterfacesCheck(), new FirewallCheck(), new LoadersCheck(), new FilesCheck(), new MenuCheck(), new ScriptsCheck()];

    /// <param name="more">Checks that need what this project must not use, such as looking for other DHCP servers.</param>
    public static CheckReport Run(ConfigurationResult configuration, IHostView host, params IEnumerable<ICheck> more)
    {
        var sections = ImmutableArray.CreateBuilder<CheckSection>();
        sections.Add(new("configuration", configuration.Problems));
        if (configuration is { Catalog: { } catalog, Settings: { } settings })
        {
            var subject = new CheckSubject(catalog, settings, host);
            sections.AddRange(Standard.Concat(more).Select(check => new CheckSection(check.Title, [.. check.Examine(subject)])));
        }

        return new(sections.ToImmutable());
    }
}

/// <summary>What one check found; nothing when all is well.</summary>
public sealed record CheckSection(string Title, ImmutableArray<Problem> Problems);

/// <summary>What all of them found.</summary>
public sealed record CheckReport(ImmutableArray<CheckSection> Sections)
{
    public IEnumerable<Problem> Problems => Sections.SelectMany(section => section.Problems);

    /// <summary>Something would keep the server from starting or from doing what the file says.</summary>
    public bool HasErrors => Problems.Any(problem => problem.Severity == Severity.Error);
}
