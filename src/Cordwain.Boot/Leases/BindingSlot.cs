namespace Cordwain.Boot.Leases;

/// <summary>A binding as it lies in memory: 64 bytes, and nothing beside them for a plain Ethernet client that sent no texts.</summary>
struct BindingSlot
{
    /// <summary>Set in <see cref="CompactKey"/> and <see cref="Mac"/> when they hold something.</summary>
    public const ulong Present = ClientKey.Present;

    public uint Address;
    public int NextByAddress, NextByClient;

    /// <summary>The number that puts the client into its chain, so that nobody has to look at its key for it.</summary>
    public int ClientHash;

    /// <summary>The neighbors in the list named by <see cref="Place"/>.</summary>
    public int Older, Newer;

    public uint Since, Expires;

    /// <summary>The time under which the expiry queue holds the slot; 0: it does not.</summary>
    public uint QueuedAt;

    public BindingState State;
    public SlotPlace Place;
    public SlotCount Count;

    /// <summary>The client's key when it is an Ethernet address; 0: <see cref="Texts"/> holds its bytes.</summary>
    public ulong CompactKey;

    public ulong Mac;
    public BindingTexts? Texts;

    public readonly bool IsActive(uint now) => State != BindingState.Released && Expires > now;

    public readonly bool IsBound(uint now) => State == BindingState.Bound && Expires > now;
}

/// <summary>What does not fit in a slot.</summary>
sealed record BindingTexts(byte[]? Key, string? HostName, string? VendorClass);

/// <summary>The list a slot is in.</summary>
enum SlotPlace : byte
{
    None,

    /// <summary>Free again, but remembered for its client: longest unused first.</summary>
    Old,

    /// <summary>In quarantine: longest there first.</summary>
    Declined,
}

/// <summary>Under what a slot is counted in the statistics.</summary>
enum SlotCount : byte
{
    None,
    Bound,
    Quarantined,
}

/// <summary>A list of slots, linked through them.</summary>
struct SlotList()
{
    public int First = -1, Last = -1, Count;
}
