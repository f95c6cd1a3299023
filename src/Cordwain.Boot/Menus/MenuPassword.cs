using System.Collections.Concurrent;
using System.Security.Cryptography;
using System.Text;

namespace Cordwain.Boot.Menus;

/// <summary>Passwords of menu entries: given by the operator in clear or as a hash, sent to machines as a hash only.</summary>
/// <remarks>The salt is made from the entry's name, because a menu must be the same text each time it is asked for.</remarks>
public static class MenuPassword
{
    const int GrubIterations = 10_000, GrubBytes = 64;

    static readonly ConcurrentDictionary<(string Kind, string Name, string Password), string> Hashes = new();

    /// <summary>True when the server itself can tell a right password from a wrong one.</summary>
    public static bool CanCheck(string stored) => !IsHash(stored) || IsSha512(stored);

    /// <summary>Compares what somebody typed with what the operator wrote.</summary>
    public static bool Matches(string stored, string given) =>
        IsSha512(stored) ? Sha512Crypt.Matches(stored, given)
        : !IsHash(stored) && CryptographicOperations.FixedTimeEquals(
            SHA256.HashData(Encoding.UTF8.GetBytes(stored)), SHA256.HashData(Encoding.UTF8.GetBytes(given)));

    /// <summary>The password for <c>MENU PASSWD</c>; null when it is a hash that PXELINUX does not know.</summary>
    public static string? ForPxelinux(string name, string stored) =>
        !IsHash(stored) ? Cached("pxelinux", name, stored, () => Sha512Crypt.Hash(stored, Convert.ToHexStringLower(Salt(name))[..16]))
        : stored[1] is '1' or '4' or '5' or '6' && stored.All(c => c is > ' ' and < '\x7f') ? stored
        : null;

    /// <summary>The password for <c>password_pbkdf2</c>; null when it is a hash that GRUB does not know.</summary>
    public static string? ForGrub(string name, string stored) =>
        stored.StartsWith("grub.pbkdf2.", StringComparison.Ordinal) && stored.All(c => char.IsAsciiLetterOrDigit(c) || c == '.') ? stored
        : IsHash(stored) ? null
        : Cached("grub", name, stored, () => GrubHash(stored, Salt(name)));

    static bool IsHash(string stored) => stored is ['$', not '$', '$', _, ..] || stored.StartsWith("grub.pbkdf2.", StringComparison.Ordinal);

    static bool IsSha512(string stored) => stored.StartsWith("$6$", StringComparison.Ordinal);

    static string GrubHash(string password, byte[] salt) =>
        $"grub.pbkdf2.sha512.{GrubIterations}.{Convert.ToHexString(salt)}."
        + Convert.ToHexString(Rfc2898DeriveBytes.Pbkdf2(Encoding.UTF8.GetBytes(password), salt, GrubIterations, HashAlgorithmName.SHA512, GrubBytes));

    static byte[] Salt(string name) => SHA512.HashData(Encoding.UTF8.GetBytes("cordwain menu entry " + name));

    static string Cached(string kind, string name, string password, Func<string> hash)
    {
        if (Hashes.Count > 1024)
            Hashes.Clear();
        return Hashes.GetOrAdd((kind, name, password), _ => hash());
    }
}
