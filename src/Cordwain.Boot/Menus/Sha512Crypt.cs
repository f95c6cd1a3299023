using System.Globalization;
using System.Security.Cryptography;
using System.Text;

namespace Cordwain.Boot.Menus;

/// <summary>The password hash <c>$6$salt$…</c> of Unix, which menu.c32 can check. Source: Ulrich Drepper, "Unix crypt using SHA-256 and SHA-512", version 0.6, public domain.</summary>
static class Sha512Crypt
{
    const int DefaultRounds = 5000, FewestRounds = 1000, MostRounds = 999_999_999, MostChecked = 1_000_000;
    const string Alphabet = "./0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";

    /// <param name="salt">Up to 16 characters; those after are ignored.</param>
    public static string Hash(string password, string salt) => Hash(password, salt, DefaultRounds, "");

    /// <returns>False also for a hash that is malformed or would take minutes.</returns>
    public static bool Matches(string hash, string password)
    {
        var parts = hash.Split('$');
        var (rounds, note) = (DefaultRounds, "");
        if (parts is ["", "6", ['r', 'o', 'u', 'n', 'd', 's', '=', ..] count, ..])
        {
            if (!int.TryParse(count["rounds=".Length..], NumberStyles.None, CultureInfo.InvariantCulture, out rounds) || rounds > MostChecked)
                return false;
            rounds = Math.Clamp(rounds, FewestRounds, MostRounds);
            note = string.Create(CultureInfo.InvariantCulture, $"rounds={rounds}$");
            parts = [parts[0], parts[1], .. parts[3..]];
        }

        return parts is ["", "6", var salt, _]
            && CryptographicOperations.FixedTimeEquals(Encoding.ASCII.GetBytes(Hash(password, salt, rounds, note)), Encoding.ASCII.GetBytes(hash));
    }

    static string Hash(string password, string salt, int rounds, string note)
    {
        var key = Encoding.UTF8.GetBytes(password);
        var salted = Encoding.UTF8.GetBytes(salt.Length > 16 ? salt[..16] : salt);

        // Steps 4 to 8: digest B, of key, salt, key.
        var b = SHA512.HashData([.. key, .. salted, .. key]);

        // Steps 1 to 12: digest A, of key, salt, as much of B as the key is long, and for each bit of that length B or the key.
        List<byte> start = [.. key, .. salted, .. Repeated(b, key.Length)];
        for (var bits = key.Length; bits > 0; bits >>= 1)
            start.AddRange((bits & 1) != 0 ? b : key);
        var digest = SHA512.HashData(start.ToArray());

        // Steps 13 to 20: the sequences P and S.
        var p = Repeated(SHA512.HashData([.. Enumerable.Repeat(key, key.Length).SelectMany(bytes => bytes)]), key.Length);
        var s = Repeated(SHA512.HashData([.. Enumerable.Repeat(salted, 16 + digest[0]).SelectMany(bytes => bytes)]), salted.Length);

        // Step 21.
        for (var round = 0; round < rounds; round++)
        {
            digest = SHA512.HashData(
            [
                .. (round & 1) != 0 ? p : digest,
                .. round % 3 != 0 ? s : [],
                .. round % 7 != 0 ? p : [],
                .. (round & 1) != 0 ? digest : p,
            ]);
        }

        return $"$6${note}{Encoding.UTF8.GetString(salted)}${Base64(digest)}";
    }

    static byte[] Repeated(byte[] digest, int length) => [.. Enumerable.Range(0, length).Select(i => digest[i % digest.Length])];

    // Step 22: three bytes give four characters; the triples step through the digest in thirds.
    static string Base64(byte[] digest)
    {
        var text = new StringBuilder(86);
        for (var i = 0; i < 21; i++)
        {
            var (a, b, c) = (i % 3) switch { 0 => (i, i + 21, i + 42), 1 => (i + 21, i + 42, i), _ => (i + 42, i, i + 21) };
            Append(text, (digest[a] << 16) | (digest[b] << 8) | digest[c], 4);
        }

        Append(text, digest[63], 2);
        return text.ToString();
    }

    static void Append(StringBuilder text, int value, int count)
    {
        for (; count > 0; count--, value >>= 6)
            text.Append(Alphabet[value & 63]);
    }
}
