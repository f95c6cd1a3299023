using System.Text;
using Cordwain.Emulation;
using Cordwain.Tests.Support;

namespace Cordwain.Tests.Serve;

/// <summary>A server whose heap has reached its bound ends, and says why.</summary>
[Trait("Category", "Real")]
public sealed class HeapLimitTests : IDisposable
{
    // 128 + SIGABRT.
    const int Aborted = 134;

    static readonly string[] Bounded = ["env", "DOTNET_GCHeapHardLimit=2800000"];

    readonly TestFolder _folder = new();
    readonly PrivateNetwork _network = new("heap");

    public void Dispose()
    {
        _network.Dispose();
        _folder.Dispose();
    }

    [Fact]
    public async Task A_configuration_that_does_not_fit_ends_the_server_with_the_bound_in_its_words()
    {
        using var server = new RunningServer(_network, Bounded, Machines(100_000), _folder.Data);
        Assert.Equal(Aborted, await server.Ended());
        Assert.StartsWith("error CW2402: Cordwain gets no more memory (it may take 40 MiB) and ends, to be started anew", await server.WaitFor("CW2402"), StringComparison.Ordinal);
        Assert.DoesNotContain(server.Lines, line => line.Contains("ready", StringComparison.Ordinal));
    }

    [Fact]
    public async Task What_fits_is_served_within_the_same_bound()
    {
        using var server = new RunningServer(_network, Bounded, Machines(100), _folder.Data);
        await server.WaitFor("Cordwain is ready");
        Assert.Equal(0, await server.Stop(TimeSpan.FromSeconds(5)));
    }

    string Machines(int count)
    {
        var text = new StringBuilder("machines:\n");
        for (var i = 0; i < count; i++)
            text.Append($"  m{i}: {{ mac: 52:54:00:{i >> 16:x2}:{i >> 8 & 255:x2}:{i & 255:x2} }}\n");
        return _folder.Write("cordwain.yaml", text.ToString());
    }
}
