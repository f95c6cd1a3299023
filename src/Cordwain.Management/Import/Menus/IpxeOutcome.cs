namespace Cordwain.Management.Import.Menus;

/// <summary>What running a script from some place leads to.</summary>
abstract record IpxeOutcome
{
    /// <summary>A choice that is always there: <c>local</c>, <c>shell</c>, <c>reboot</c>, <c>poweroff</c>.</summary>
    public sealed record Choice(string Name) : IpxeOutcome;

    public sealed record Kernel(string Image, List<string> Initrds, string Arguments, ImportPlace Place) : IpxeOutcome;

    public sealed record Program(string File, string Arguments, bool IsScript, ImportPlace Place) : IpxeOutcome;

    public sealed record Disk(string Uri, ImportPlace Place) : IpxeOutcome;

    /// <summary>A menu begins at the step.</summary>
    public sealed record Menu(int Step, IpxeVariables Variables) : IpxeOutcome;

    /// <param name="Why">A clause.</param>
    public sealed record Unknown(string Why, ImportPlace Place) : IpxeOutcome;
}
