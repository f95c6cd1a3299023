namespace Cordwain.Faults.Tests.Support;

/// <summary>One machine of the load: what it was told, and what it waits for.</summary>
sealed class LoadClient(ulong mac)
{
    public ulong Mac => mac;

    /// <summary>The address that an ACK gave it and that it has not given back; 0: none.</summary>
    public uint Address { get; set; }

    /// <summary>The end of the lease that the last ACK gave, in milliseconds of this machine's uptime.</summary>
    public long Until { get; set; }

    public byte[]? Asked { get; set; }

    public uint Xid { get; set; }

    public byte Type { get; set; }

    public long SentAt { get; set; }

    public int Sends { get; set; }

    public bool IsWaiting => Asked is not null;
}
