using System.Security.Cryptography;
using System.Text;
using CsCheck;

namespace Cordwain.Management.Tests;

public sealed class FingerprintTests
{
    [Theory]
    [InlineData("", "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855")]
    [InlineData("abc", "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad")]
    [InlineData("abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq", "248d6a61d20638b8e5c026930c3e6039a33ce45964ff2167f6ecedd419db06c1")]
    public void It_is_that_of_the_standards_examples(string text, string expected) => Assert.Equal(expected, Fingerprint.Of(text));

    [Fact]
    public void It_is_the_frameworks_for_every_length_around_a_block()
    {
        for (var length = 0; length <= 200; length++)
        {
            var text = new string('x', length);
            Assert.Equal(Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(text))), Fingerprint.Of(text));
        }
    }

    [Fact]
    public void It_is_the_frameworks_whatever_the_parts() => Gen.Byte.Array[0, 300].Array[0, 8].Sample(parts =>
    {
        var fingerprint = new Fingerprint();
        foreach (var part in parts)
            fingerprint.Add(part);
        Assert.Equal(Convert.ToHexStringLower(SHA256.HashData(parts.SelectMany(part => part).ToArray())), fingerprint.ToHex());
    });
}
