namespace Cordwain.Management.Scripts;

/// <summary>How a script leaves a machine that nobody touches.</summary>
public enum IpxeEnd
{
    /// <summary>The kernel or program starts.</summary>
    Boots,

    /// <summary>The local disk starts, or the firmware goes on with its next device.</summary>
    LocalDisk,

    /// <summary>A disk on the network is attached and started.</summary>
    SanDisk,

    /// <summary>A menu without a time limit, a question, iPXE's shell: it waits for a person.</summary>
    WaitsForPerson,

    Reboots,

    PowersOff,

    /// <summary>The script ended with <c>exit</c> or with its last line: back to who called it.</summary>
    Leaves,

    /// <summary>A line failed, and the script has nothing for that case.</summary>
    Fails,
}

/// <summary>What iPXE does next with a script.</summary>
public abstract record IpxeMove
{
    /// <summary>Fetches a kernel, an initrd or another file.</summary>
    /// <param name="Location">As written: relative to the script, or a URL.</param>
    public sealed record Fetch(bool IsKernel, string Location) : IpxeMove;

    /// <summary>Fetches a script or program and starts it.</summary>
    public sealed record Chain(string Location) : IpxeMove;

    /// <param name="Detail">The line, the disk or the file it is about.</param>
    public sealed record End(IpxeEnd How, string Detail) : IpxeMove;
}
