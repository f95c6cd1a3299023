namespace Cordwain.Storm;

/// <summary>What all machines together do, counted while they do it.</summary>
sealed class StormTally
{
    readonly int[] _at = new int[Enum.GetValues<StormStep>().Length];
    long _bytes, _dhcpResends, _tftpResends, _tftpDuplicates;
    int _started, _done, _failed;

    public int Started => Volatile.Read(ref _started);

    public int Done => Volatile.Read(ref _done);

    public int Failed => Volatile.Read(ref _failed);

    public int Ended => Done + Failed;

    public long Bytes => Interlocked.Read(ref _bytes);

    public long DhcpResends => Interlocked.Read(ref _dhcpResends);

    public long TftpResends => Interlocked.Read(ref _tftpResends);

    public long TftpDuplicates => Interlocked.Read(ref _tftpDuplicates);

    /// <summary>Machines in this step now.</summary>
    public int At(StormStep step) => Volatile.Read(ref _at[(int)step]);

    public void Start() => Interlocked.Increment(ref _started);

    public void Enter(StormStep step) => Interlocked.Increment(ref _at[(int)step]);

    public void Leave(StormStep step) => Interlocked.Decrement(ref _at[(int)step]);

    public void Fetched(long bytes) => Interlocked.Add(ref _bytes, bytes);

    public void Resent(int dhcp) => Interlocked.Add(ref _dhcpResends, dhcp);

    public void Resent(int tftp, int duplicates)
    {
        Interlocked.Add(ref _tftpResends, tftp);
        Interlocked.Add(ref _tftpDuplicates, duplicates);
    }

    public void End(bool done) => Interlocked.Increment(ref done ? ref _done : ref _failed);
}
