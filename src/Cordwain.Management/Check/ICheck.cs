using Cordwain.Boot.Catalog;
using Cordwain.Management.Configuration;

namespace Cordwain.Management.Check;

/// <summary>What is looked at: a configuration that holds, on a machine.</summary>
public sealed record CheckSubject(BootCatalog Catalog, ServerSettings Settings, IHostView Host);

/// <summary>One thing that <c>cordwain check</c> looks at.</summary>
public interface ICheck
{
    /// <summary>What is looked at, for the list: <c>ports</c>.</summary>
    string Title { get; }

    IEnumerable<Problem> Examine(CheckSubject subject);
}
