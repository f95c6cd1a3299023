using System.CommandLine;

namespace Cordwain.Commands;

/// <summary>Options that several verbs share.</summary>
static class CommonOptions
{
    public const string DefaultData = "/var/lib/cordwain";

    /// <summary>Looked for when <c>--config</c> is not given, in this order.</summary>
    static readonly string[] ConfigPlaces = ["cordwain.yaml", "/etc/cordwain/cordwain.yaml"];

    public static Option<FileInfo?> Config() =>
        new("--config", "-c") { Description = "Configuration file. Default: ./cordwain.yaml, then /etc/cordwain/cordwain.yaml, then none.", HelpName = "FILE" };

    public static Option<DirectoryInfo> Data() => new("--data", "-d")
    {
        Description = $"Folder for leases, journal, cache and the control socket. Default: {DefaultData}, or CORDWAIN_DATA.",
        HelpName = "DIR",
        DefaultValueFactory = _ => new(Environment.GetEnvironmentVariable("CORDWAIN_DATA") ?? DefaultData),
    };

    public static Option<bool> Json() => new("--json") { Description = "Print JSON instead of a table." };

    public static string? ConfigFile(FileInfo? given) => given?.FullName ?? Array.Find(ConfigPlaces, File.Exists);
}
