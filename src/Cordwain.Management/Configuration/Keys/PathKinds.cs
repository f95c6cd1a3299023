using System.Text.Json.Nodes;

namespace Cordwain.Management.Configuration.Keys;

/// <summary>Places of files and folders.</summary>
static class PathKinds
{
    public static readonly ScalarKind<string> Folder = Kinds.Line("a folder", mayBeEmpty: false);

    /// <summary>A file of an image: below the files folder, remote, or a loader's.</summary>
    public static readonly ScalarKind<string> Location = new("a file or a URL", new JsonObject { ["type"] = "string" }, Read);

    public static readonly ScalarKind<string> Hash = new("a SHA-256 in hex", Kinds.Pattern("^[0-9A-Fa-f]{64}$"), (string text, out string value) =>
    {
        value = text.ToLowerInvariant();
        return value.Length == 64 && value.All(char.IsAsciiHexDigit)
            ? null
            : new Complaint("CW4010", "is not a SHA-256.", "Write the 64 hex digits that `sha256sum` prints.");
    });

    static readonly string[] Schemes = ["http", "https", "tftp"];

    static Complaint? Read(string text, out string value)
    {
        value = text;
        if (text.Length == 0 || text.Any(char.IsControl))
            return new Complaint("CW4017", "is no file.", "Write a path below the files folder, or a URL.");
        if (text.Contains("{{", StringComparison.Ordinal))
            return new Complaint("CW4017", "holds `{{ }}`, and the place of a file is no template.", "Write one variant for each place, with `when`; templates work in `args`.");
        if (text.IndexOf("://", StringComparison.Ordinal) is > 0 and var colon)
            return ReadUrl(text, text[..colon]);
        if (text.StartsWith("loader:", StringComparison.Ordinal))
            return text.Length > 7 && !text.Contains("..", StringComparison.Ordinal) ? null : new Complaint("CW4017", "names no loader.", "Write its file's name: loader:memtest.bin.");
        if (text.Contains('\\', StringComparison.Ordinal))
            return new Complaint("CW4017", "has backslashes.", $"Write `{text.Replace('\\', '/').TrimStart('/')}`.");
        if (text.Split('/').Contains(".."))
            return new Complaint("CW4017", "leads out of the files folder.", "Write a path below the folder, without `..`.");
        return text[0] == '/' ? new Complaint("CW4017", "begins with `/`, and files of images stand below the files folder.", $"Write `{text.TrimStart('/')}` if it stands there.") : null;
    }

    static Complaint? ReadUrl(string text, string scheme)
    {
        if (!Schemes.Contains(scheme, StringComparer.OrdinalIgnoreCase))
            return new Complaint("CW4017", $"is a URL that cannot be fetched: `{scheme}` is none of {string.Join(", ", Schemes)}.", "Use http, https or tftp, or put the file into the files folder.");
        return Uri.TryCreate(text, UriKind.Absolute, out var uri) && uri.Host.Length > 0 && !text.Contains(' ', StringComparison.Ordinal) && uri.UserInfo.Length == 0
            ? null
            : new Complaint("CW4017", "is not a URL.", "Write https://host/path, spaces as %20, without a user name.");
    }
}
