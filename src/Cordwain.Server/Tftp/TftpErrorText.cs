using System.Text.RegularExpressions;
using Cordwain.Content.Mirrors;

namespace Cordwain.Server.Tftp;

/// <summary>The file became shorter than it was when the transfer began.</summary>
sealed class ShortFileException(long end, long promised)
    : IOException($"the file became shorter while it was read: {end} bytes instead of {promised}");

/// <summary>What a client is told about a failure. The system's own words name folders of this server, which are nobody's business.</summary>
static partial class TftpErrorText
{
    public static string Of(Exception failure) => failure switch
    {
        ShortFileException or MirrorException => QuotedPath().Replace(failure.Message, "a file"),
        UnauthorizedAccessException => "the server has no right to read the file",
        IOException { Message: ['C', 'W', >= '0' and <= '9', ..] } => QuotedPath().Replace(failure.Message, "a file"),
        _ => "the file cannot be read",
    };

    /// <summary>As .NET puts a path into its messages.</summary>
    [GeneratedRegex(@"'(/|\\|[A-Za-z]:)[^']*'", RegexOptions.CultureInvariant)]
    private static partial Regex QuotedPath();
}
