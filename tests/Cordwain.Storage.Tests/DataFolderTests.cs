using Cordwain.Management;

namespace Cordwain.Storage.Tests;

public sealed class DataFolderTests : IDisposable
{
    readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void A_folder_is_open_once_at_a_time()
    {
        using (DataFolder.Open(_folder.File("data")))
        {
            var refusal = Assert.Throws<StorageException>(() => DataFolder.Open(_folder.File("data")));
            Assert.Equal("CW2301", refusal.Problem.Code);
            Assert.NotNull(refusal.Problem.Fix);
        }

        DataFolder.Open(_folder.File("data")).Dispose();
    }

    [Fact]
    public void A_file_in_the_place_of_the_folder_is_named()
    {
        File.WriteAllText(_folder.File("data"), "");
        var refusal = Assert.Throws<StorageException>(() => DataFolder.Open(_folder.File("data")));
        Assert.Equal(("CW2302", Severity.Error), (refusal.Problem.Code, refusal.Problem.Severity));
    }

    [Fact]
    public void The_stores_are_three_files_readable_for_their_owner_only()
    {
        using var data = DataFolder.Open(_folder.File("data"));
        using var leases = data.OpenLeases();
        using var journal = data.OpenJournal();
        using var objects = data.OpenObjects();
        Assert.Equal(
            ["journal.db", "leases.db", "objects.db"],
            Directory.GetFiles(data.Path, "*.db").Select(Path.GetFileName).Order());
        if (!OperatingSystem.IsWindows())
            Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute, File.GetUnixFileMode(data.Path));
    }

    [Fact]
    public void In_a_folder_that_others_may_read_the_files_are_still_the_owners_only()
    {
        if (OperatingSystem.IsWindows())
            return;
        Directory.CreateDirectory(_folder.File("open"));
        File.SetUnixFileMode(_folder.File("open"), (UnixFileMode)0b111_101_101);
        using var data = DataFolder.Open(_folder.File("open"));
        using var leases = data.OpenLeases();
        Assert.All(Directory.GetFiles(data.Path, "*.db*"), file => Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(file)));
    }
}
