using System.Collections.Concurrent;
using System.Collections.Frozen;
using Cordwain.Boot.Catalog;
using Cordwain.Boot.Decisions;
using Cordwain.Boot.Journal;
using Cordwain.Boot.Machines;
using Cordwain.Hosting;
using Cordwain.Management.Configuration;
using Cordwain.Management.Stores;
using Cordwain.Protocols.Wire;
using Microsoft.Extensions.Logging.Abstractions;

namespace Cordwain.Tests.Hosting;

/// <summary>When a machine has had its one boot, and what the journal says of it.</summary>
public sealed class OnceAssignmentsTests : IBootJournal, IOnceStore, IAsyncDisposable
{
    const string Used = "web01 has had its one boot of debian; from now on it boots from its disk";

    static readonly Ipv4Address Address = Ipv4Address.Parse("10.77.0.130");

    static readonly MacAddress Own = MacAddress.Parse("52:54:00:00:00:01"), OwnToo = MacAddress.Parse("52:54:00:00:00:02"), Strange = MacAddress.Parse("52:54:00:00:00:99");

    static readonly Guid Uuid = Guid.Parse("11111111-2222-3333-4444-555555555555");

    static readonly BootCatalog Catalog = BootCatalog.Empty with
    {
        Machines = new([new() { Name = "web01", Macs = [Own, OwnToo], Uuid = Uuid, Boot = "debian", Once = true, DeclarationHash = "a" }]),
        Images = new Dictionary<string, ImageDefinition>
        {
            ["debian"] = new() { Name = "debian", Title = "Debian", Variants = [new(BootCondition.Always, new BootMethod.Kernel(new("linux"), [new("initrd.gz")], ""))] },
        }.ToFrozenDictionary(),
    };

    readonly BootCatalogs _catalogs = new(Catalog);
    readonly MachineDirectory _machines = new();
    readonly ConcurrentQueue<string> _notes = new(), _stored = new();
    readonly OnceAssignments _once;

    public OnceAssignmentsTests() => _once = new(this, _catalogs, this, _machines, TimeProvider.System, NullLogger<OnceAssignments>.Instance);

    public ValueTask DisposeAsync() => _once.DisposeAsync();

    [Fact]
    public async Task Its_last_file_uses_it_up_and_that_is_stored()
    {
        Read("image/debian/linux", Own);
        Assert.True(Armed);
        Read("image/debian/initrd.gz", Own, ReadOutcome.EndedByClient);
        Assert.True(Armed);
        Read("image/debian/initrd.gz", Own);
        Read("image/debian/initrd.gz", Own);

        Assert.False(Armed);
        Assert.Equal(Used, Assert.Single(_notes));
        await _once.DisposeAsync();
        Assert.Equal("web01 a", Assert.Single(_stored));
    }

    [Fact]
    public void Who_says_no_card_is_known_by_its_address()
    {
        _machines.Learn(new(new(OwnToo), Address, null, IsIpxe: true, null));
        Read("image/debian/initrd.gz", null);
        Assert.Equal(Used, Assert.Single(_notes));
    }

    [Fact]
    public void A_claim_from_the_address_of_another_card_counts_and_the_note_names_that_card()
    {
        _machines.Learn(new(new(Strange), Address, null, IsIpxe: false, null));
        Read("image/debian/initrd.gz", Own);

        Assert.False(Armed);
        Assert.Equal($"{Used} (it was 10.77.0.130 that asked, the address of 52:54:00:00:00:99: if that is another machine, a changed declaration arms web01 again)", Assert.Single(_notes));
    }

    [Fact]
    public void Another_card_of_the_machine_raises_no_doubt()
    {
        _machines.Learn(new(new(OwnToo), Address, null, IsIpxe: true, null));
        Read("image/debian/initrd.gz", Own);
        Assert.Equal(Used, Assert.Single(_notes));
    }

    [Fact]
    public void A_card_that_is_not_declared_raises_no_doubt_when_it_sent_the_uuid_of_the_machine()
    {
        _machines.Learn(new(new(Strange, Uuid), Address, null, IsIpxe: true, null));
        Read("image/debian/initrd.gz", Own);
        Assert.Equal(Used, Assert.Single(_notes));
    }

    bool Armed => _catalogs.Current.Machines.All[0].Armed;

    void Read(string name, MacAddress? claimed, ReadOutcome outcome = ReadOutcome.Completed) => _once.Record(new BootEvent.Read(BootChannel.Http, name, "folder", outcome, 1, TimeSpan.Zero)
    {
        At = DateTimeOffset.UnixEpoch,
        Machine = new(claimed),
        Address = Address,
    });

    void IBootJournal.Record(BootEvent boot)
    {
        if (boot is BootEvent.Note note)
            _notes.Enqueue(note.Text);
    }

    bool IOnceStore.IsUsedUp(string machine, string declarationHash) => false;

    void IOnceStore.MarkUsedUp(string machine, string declarationHash, DateTimeOffset at) => _stored.Enqueue($"{machine} {declarationHash}");

    void IDisposable.Dispose()
    {
    }
}
