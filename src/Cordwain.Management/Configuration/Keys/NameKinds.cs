using Cordwain.Protocols.Wire;

namespace Cordwain.Management.Configuration.Keys;

/// <summary>Names that the operator gives.</summary>
static class OwnNames
{
    /// <summary>An image's name is a label in four menu languages and a part of URLs: lower-case letters, digits, <c>- _ .</c>.</summary>
    public static Complaint? Image(string name)
    {
        if (name.Length is > 0 and <= 63 && name.All(character => char.IsAsciiLetterLower(character) || char.IsAsciiDigit(character) || character is '-' or '_' or '.') && name.Trim('.').Length > 0)
            return null;
        return new("CW4015", "is no name for an image or a menu.", $"Use lower-case letters, digits, `-`, `_` and `.`, at most 63: `{Slug(name)}`.");
    }

    /// <summary>Networks, machines, classes, reservations.</summary>
    public static Complaint? Thing(string name)
    {
        if (name.Length is > 0 and <= 63 && name.All(character => char.IsAsciiLetterOrDigit(character) || character is '-' or '_' or '.' or ':'))
            return null;
        return new("CW4015", "is not a name.", $"Use letters, digits, `-`, `_`, `.` and `:`, at most 63: `{Slug(name)}`.");
    }

    public static string Slug(string name)
    {
        var slug = string.Join('-', name.ToLowerInvariant().Split(
            [.. name.ToLowerInvariant().Where(character => !char.IsAsciiLetterOrDigit(character) && character is not ('_' or '.')).Distinct()], StringSplitOptions.RemoveEmptyEntries));
        slug = slug.Trim('.', '-');
        return slug.Length == 0 ? "name" : slug.Length > 63 ? slug[..63] : slug;
    }
}

/// <summary>Host names: option 12, and what templates put into installers.</summary>
static class HostNames
{
    public static readonly ScalarKind<string> Kind = new("a host name", Kinds.Pattern("^[A-Za-z0-9]([A-Za-z0-9-]*[A-Za-z0-9])?(\\.[A-Za-z0-9]([A-Za-z0-9-]*[A-Za-z0-9])?)*$"), (string text, out string value) =>
    {
        value = text;
        // RFC 1123 §2.1: letters, digits, hyphens; a hyphen neither first nor last in a label.
        return text.Length is > 0 and <= 253 && text.Split('.').All(label => label.Length is > 0 and <= 63 && label[0] != '-' && label[^1] != '-'
            && label.All(character => char.IsAsciiLetterOrDigit(character) || character == '-'))
            ? null
            : new Complaint("CW4015", "is not a host name.", "Use letters, digits and `-`, with dots between labels.");
    });
}

/// <summary>The bytes of option 61.</summary>
static class ClientIdText
{
    public static readonly ScalarKind<ReadOnlyMemory<byte>> Kind = new("a client identifier", new() { ["type"] = "string" }, (string text, out ReadOnlyMemory<byte> value) =>
    {
        value = default;
        var hex = text.StartsWith("hex:", StringComparison.OrdinalIgnoreCase) ? text[4..] : text.Contains(':', StringComparison.Ordinal) ? text : null;
        if (hex is null)
        {
            value = System.Text.Encoding.UTF8.GetBytes(text);
        }
        else
        {
            var digits = hex.Replace(":", "", StringComparison.Ordinal);
            if (digits.Length % 2 == 0 && digits.All(char.IsAsciiHexDigit))
                value = Convert.FromHexString(digits);
        }

        return value.Length is >= 2 and <= 255 // RFC 2132 §9.14: at least two bytes
            ? null
            : new Complaint("CW4013", "is not a client identifier.", "Write the text the client sends, or its bytes as `hex:01525400123456`.");
    });

    public static string ToText(ReadOnlyMemory<byte> id) => id.Length == 7 && id.Span[0] == 1 ? MacAddress.FromBytes(id.Span[1..]).ToString() : "hex:" + Convert.ToHexStringLower(id.Span);
}
