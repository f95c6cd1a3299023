using CsCheck;

namespace Cordwain.Content.Tests;

public sealed class BootPathTests
{
    public static TheoryData<string, string> Folded => new()
    {
        // asked                                 means
        { "undionly.kpxe",                       "undionly.kpxe" },
        { "/pxelinux.cfg/default",               "pxelinux.cfg/default" },
        { "//grubx64.efi",                       "grubx64.efi" },                    // shim over HTTP
        { @"\Boot\BCD",                          "Boot/BCD" },                       // Windows' boot manager
        { @"Boot\x64\..\wdsmgfw.efi",            "Boot/wdsmgfw.efi" },
        { @"/Boot\\x64//file",                   "Boot/x64/file" },
        { "./a/./b/.",                           "a/b" },
        { "a/b/",                                "a/b" },
        { "a/..b/c..",                           "a/..b/c.." },
        { "...",                                 "..." },
        { "a/../../a/b/..",                      "" },                               // leaves the root on its way
        { "name with spaces",                    "name with spaces" },
        { "Grüße/内核",                          "Grüße/内核" },
        { "pxe\U0001F97E",                       "pxe\U0001F97E" },
        { "pxelinux.cfg/01-52-54-00-12-34-56",   "pxelinux.cfg/01-52-54-00-12-34-56" },
        { "lpxelinux.0\u00FF",                   "lpxelinux.0" },                    // option 67 read past its end
        { "lpxelinux.0\uFFFD",                   "lpxelinux.0" },
        { "%2e%2e/etc/passwd",                   "%2e%2e/etc/passwd" },              // decoded once already: a name like any other
    };

    [Theory, MemberData(nameof(Folded))]
    public void Folds(string raw, string expected)
    {
        Assert.Equal(expected.Length > 0, BootPath.TryFold(raw, out var folded, out var refusal));
        Assert.Equal(expected, folded ?? "");
        Assert.Equal(expected.Length == 0, refusal is not null);
    }

    public static TheoryData<string, string> Refused => new()
    {
        { "empty",                       "" },
        { "nothing but slashes",         "///" },
        { "nothing but dots",            "./." },
        { "the parent",                  ".." },
        { "above the root",              "../etc/passwd" },
        { "above the root, absolute",    "/../etc/passwd" },
        { "above the root, backslashes", @"..\..\windows\win.ini" },
        { "above the root, mixed",       @"a/..\../etc/passwd" },
        { "above the root, later",       "a/../../etc/passwd" },
        { "NUL",                         "a\0b" },
        { "NUL at the end",              "a\0" },
        { "line break",                  "a\r\nb" },
        { "escape",                      "a\u001b[2J" },
        { "delete",                      "a\u007f" },
        { "C1 control",                  "a\u009bb" },
        { "broken UTF-8 inside",         "a\uFFFDb" },
        { "lone surrogate",              "a\uD800b" },
        { "lone low surrogate",          "a\uDC00" },
        { "too long",                    new string('a', BootPath.MaxLength + 1) },
    };

    [Theory, MemberData(nameof(Refused))]
    public void Refuses(string what, string raw)
    {
        Assert.False(BootPath.TryFold(raw, out var folded, out var refusal), what);
        Assert.Null(folded);
        Assert.StartsWith("CW7008: ", refusal, StringComparison.Ordinal);
    }

    [Fact]
    public void Whatever_comes_the_result_is_relative_and_stays_below()
    {
        string[] known = ["..", ".", "", "a", "b c", "...", "..a", "\\", "/", "\0", "%2e"];
        var part = Gen.Int[0, known.Length - 1].Select(i => known[i]);
        Gen.Select(part.Array[0, 12], Gen.Bool).Sample((parts, backslash) =>
        {
            if (!BootPath.TryFold(string.Join(backslash ? '\\' : '/', parts), out string? folded, out string? refusal))
                return refusal is not null;

            var full = Path.GetFullPath(Path.Join("/root/of/all", folded));
            return full.StartsWith("/root/of/all/", StringComparison.Ordinal)
                && folded.Split('/').All(kept => kept is not ("" or "." or ".."))
                && BootPath.TryFold(folded, out var again, out _) && again == folded;
        });
    }
}
