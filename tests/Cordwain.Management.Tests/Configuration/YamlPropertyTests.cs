using System.Text;
using Cordwain.Management.Configuration;
using CsCheck;

namespace Cordwain.Management.Tests.Configuration;

/// <summary>Whatever stands in the file: a catalog or problems, never an exception.</summary>
public sealed class YamlPropertyTests
{
    static readonly string[] Words =
    [
        "networks", "menu", "images", "rules", "machines", "classes", "subnet", "pool", "dhcp", "server", "entries", "entry", "default", "timeout", "when", "arch", "not", "any",
        "kernel", "initrd", "bios", "efi", "variants", "options", "43", "175.176", "reservations", "mac", "52:54:00:12:34:56", "10.0.0.0/24", "10.0.0.5-10.0.0.9", "60s", "forever",
        "local", "separator", "title", "{{ x }}", "hex:00", "true", "~", "", "&a x", "*a", "<<", "!t", "\"q", "'q", "|", ">", "%", "@", "http", "port", "70000", "-1", "\u00e9", "\t",
    ];

    static readonly Gen<string> Line = Gen.Select(Gen.Int[0, 6], Any("", "- ", "? "), Any(Words), Any(": ", ":", " ", ": [", ": {", ": - ", ", ", "]", "}"), Any(Words),
        (indent, dash, key, separator, value) => new string(' ', 2 * indent) + dash + key + separator + value);

    static Gen<string> Any(params string[] texts) => Gen.Int[0, texts.Length - 1].Select(index => texts[index]);

    [Fact]
    public void Lines_of_known_words_never_throw() =>
        Line.Array[0, 14].Sample(lines => Holds(Encoding.UTF8.GetBytes(string.Join('\n', lines))), iter: 4000);

    [Fact]
    public void Random_bytes_never_throw() => Gen.Byte.Array[0, 60].Sample(Holds, iter: 4000);

    [Fact]
    public void Random_text_never_throws() => Gen.String[Gen.Char["{}[]:,-?&*!|>'\"%@` \n\tab0#"], 0, 40].Sample(text => Holds(Encoding.UTF8.GetBytes(text)), iter: 8000);

    /// <summary>Every good configuration with one character changed.</summary>
    [Fact]
    public void A_damaged_configuration_never_throws() =>
        Gen.Select(Gen.Int[0, RichConfiguration.Yaml.Length - 1], Gen.Char["{}[]:,-?&*!|>'\"%@ \n0a.\0"])
            .Sample((index, character) => Holds(Encoding.UTF8.GetBytes(RichConfiguration.Yaml[..index] + character + RichConfiguration.Yaml[(index + 1)..])), iter: 400);

    static bool Holds(byte[] yaml)
    {
        var result = ConfigurationLoader.Read(yaml, "cordwain.yaml", Reading.Inputs);
        return result.Holds == result.Problems.All(problem => problem.Severity != Severity.Error);
    }
}
