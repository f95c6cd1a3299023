using Cordwain.Management.Stores;
using Cordwain.Storage.Objects;

namespace Cordwain.Storage.Tests.Objects;

/// <summary>What every store of used-up declarations promises.</summary>
public abstract class OnceStoreContract
{
    protected abstract IOnceStore Open();

    [Fact]
    public void Only_what_was_marked_is_used_up_and_stays_so()
    {
        var at = DateTimeOffset.FromUnixTimeSeconds(1_800_000_000);
        using (var store = Open())
        {
            Assert.False(store.IsUsedUp("web1", "a"));
            store.MarkUsedUp("web1", "a", at);
            store.MarkUsedUp("web1", "a", at.AddDays(1));
            Assert.True(store.IsUsedUp("web1", "a"));
        }

        using (var store = Open())
        {
            Assert.True(store.IsUsedUp("web1", "a"));
            Assert.False(store.IsUsedUp("web1", "b"));
            Assert.False(store.IsUsedUp("web2", "a"));
        }
    }

    [Fact]
    public void An_earlier_declaration_that_comes_back_does_not_boot_again()
    {
        using var store = Open();
        store.MarkUsedUp("web1", "a", DateTimeOffset.UnixEpoch);
        store.MarkUsedUp("web1", "b", DateTimeOffset.UnixEpoch);
        Assert.True(store.IsUsedUp("web1", "a"));
        Assert.True(store.IsUsedUp("web1", "b"));
    }
}

public sealed class SqliteOnceStoreTests : OnceStoreContract, IDisposable
{
    readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    protected override IOnceStore Open() => new SqliteOnceStore(_folder.File("objects.db"));
}
