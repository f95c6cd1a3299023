using Cordwain.Hosting;
using Cordwain.Management.Configuration;
using Cordwain.Tests.Support;
using Microsoft.Extensions.Logging.Abstractions;

namespace Cordwain.Tests.Hosting;

public sealed class ConfigurationReloadTests : IDisposable
{
    readonly TestFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    /// <summary>What was published before the fault is in force without the rest: that the next reading brings the rest is a change.</summary>
    [Fact]
    public void What_a_fault_kept_back_counts_as_changed_when_it_is_taken()
    {
        var source = new ConfigurationSource(_folder.Write("cordwain.yaml", "menu: { title: One }"), _folder.Data, () => [], (_, _) => false, TimeProvider.System);
        var start = source.Load();
        var faults = 1;
        using var reload = new ConfigurationReload(
            source, new BootCatalogs(start.Catalog!), start.Settings!, _ => Apply(), TimeProvider.System, NullLogger<ConfigurationReload>.Instance);

        _folder.Write("cordwain.yaml", "menu: { title: Two }");
        var (failed, taken, again) = (reload.Reload(), reload.Reload(), reload.Reload());

        Assert.Equal(["CW4097"], failed.Problems.Select(problem => problem.Code));
        Assert.Empty(taken.Problems);
        Assert.Equal(taken.Revision, failed.Revision);
        Assert.Equal((true, true, false), (failed.Changed, taken.Changed, again.Changed));
        Assert.Equal((2, 1), (reload.Accepted, reload.Rejected));

        void Apply()
        {
            if (faults-- > 0)
                throw new InvalidOperationException("planned");
        }
    }
}
