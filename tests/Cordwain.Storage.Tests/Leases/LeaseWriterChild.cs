using Cordwain.Boot.Leases;
using Cordwain.Storage.Leases;
using Cordwain.Storage.Tests.Leases;

namespace Cordwain.Storage.Tests;

/// <summary>The other process of the crash tests.</summary>
static class LeaseWriterChild
{
    public const int BatchSize = 32, Addresses = 4096;

    /// <summary>Commits batch after batch, from the first to the last; batch n has a lease of n minutes. Prints <c>ack n</c> or <c>fail n</c> after each.</summary>
    public static int Run(string path, int first, int last)
    {
        using var store = new SqliteLeaseStore(path);
        Console.WriteLine("open");
        for (var batch = first; batch <= last; batch++)
        {
            try
            {
                store.Commit(Batch(batch));
                Console.WriteLine($"ack {batch}");
            }
            catch (IOException e)
            {
                Console.WriteLine($"fail {batch} {e.Message.ReplaceLineEndings(" ")}");
            }
        }

        return 0;
    }

    public static int Open(string folder)
    {
        try
        {
            using var open = DataFolder.Open(folder);
            Console.WriteLine("opened");
            Console.ReadLine();
            return 0;
        }
        catch (StorageException e)
        {
            Console.WriteLine(e.Problem.Code);
            return 3;
        }
    }

    public static LeaseChange[] Batch(int batch) =>
        [.. AddressesOf(batch).Select(address => LeaseStoreContract.Change(LeaseStoreContract.Binding(address, client: 7, minutes: batch)))];

    public static IEnumerable<uint> AddressesOf(int batch) =>
        Enumerable.Range(0, BatchSize).Select(i => 1 + (uint)((batch * BatchSize + i) % Addresses));
}
