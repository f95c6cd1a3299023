namespace Cordwain.Commands;

/// <summary>What the process returns; part of the command line's contract, see docs/guide/command-line.md.</summary>
static class ExitCode
{
    public const int Success = 0;

    /// <summary>The command did its work and found something wrong: a configuration with errors, a boot that does not exist.</summary>
    public const int Found = 1;

    /// <summary>The command could not do its work: wrong words on the command line, no right, a port in use.</summary>
    public const int CouldNot = 2;

    /// <summary>No server is running on this data folder.</summary>
    public const int NoServer = 3;
}
