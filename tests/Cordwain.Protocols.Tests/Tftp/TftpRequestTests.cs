using System.Text;
using CsCheck;
using Cordwain.Protocols.Tftp;
using Cordwain.Protocols.Wire;

namespace Cordwain.Protocols.Tests.Tftp;

public sealed class TftpRequestTests
{
    // In the tables | stands for the zero byte, and the first letter for the opcode.
    public static TheoryData<string, string, WireFault, int> Refused => new()
    {
        // what is wrong                    datagram                        fault                        at byte
        { "empty",                          "",                             WireFault.NotATftpRequest,   0 },
        { "one byte",                       "\0",                           WireFault.NotATftpRequest,   0 },
        { "opcode 0",                       "\0\0f|octet|",                 WireFault.NotATftpRequest,   0 },
        { "an ACK",                         "\0\u0004\0\u0001",                 WireFault.NotATftpRequest,   0 },
        { "opcode in the other byte",       "\u0001\0f|octet|",               WireFault.NotATftpRequest,   0 },
        { "opcode only",                    "\0\u0001",                       WireFault.TftpUnterminated,  2 },
        { "name without its end",           "\0\u0001pxelinux.0",             WireFault.TftpUnterminated,  2 },
        { "no mode",                        "\0\u0001f|",                     WireFault.TftpUnterminated,  4 },
        { "mode without its end",           "\0\u0001f|octet",                WireFault.TftpUnterminated,  4 },
        { "no name",                        "\0\u0001|octet|",                WireFault.TftpName,          2 },
        { "a name of 0xFF only",            "\0\u0001\u00FF\u00FF|octet|",        WireFault.TftpName,          2 },
        { "Latin-1 is not UTF-8",           "\0\u0001b\u00E4r|octet|",          WireFault.TftpName,          2 },
        { "mail",                           "\0\u0001f|mail|",                WireFault.TftpMode,          4 },
        { "an empty mode",                  "\0\u0001f||",                    WireFault.TftpMode,          4 },
        { "an unknown mode",                "\0\u0001f|octets|",              WireFault.TftpMode,          4 },
        { "a write request in mode mail",   "\0\u0002f|mail|",                WireFault.TftpMode,          4 },
        { "far too long",                   "\0\u0001" + new string('a', 2040) + "|octet|", WireFault.TftpTooLong, 2048 },
    };

    [Theory, MemberData(nameof(Refused))]
    public void Refuses(string what, string datagram, WireFault fault, int offset)
    {
        Assert.False(TftpRequest.TryParse(Bytes(datagram), out _, out var error), what);
        Assert.Equal(new WireError(fault, offset), error);
    }

    public static TheoryData<string, string, string, TftpMode> Names => new()
    {
        { "plain",                          "pxelinux.0|octet|",            "pxelinux.0",                TftpMode.Octet },
        { "mode in capitals",               "f|OCTET|",                     "f",                         TftpMode.Octet },
        { "netascii, mixed case",           "f|NetASCII|",                  "f",                         TftpMode.Netascii },
        { "backslashes stay",               "\\Boot\\BCD|octet|",           "\\Boot\\BCD",               TftpMode.Octet },
        { "doubled slashes stay",           "//grubx64.efi|octet|",         "//grubx64.efi",             TftpMode.Octet },
        { "spaces",                         "my boot file|octet|",          "my boot file",              TftpMode.Octet },
        { "a ROM that read on",             "undionly.kpxe\u00FF|octet|",     "undionly.kpxe",             TftpMode.Octet },
        { "UTF-8",                          "b\u00C3\u00A4r|octet|",            "bär",                       TftpMode.Octet },
    };

    [Theory, MemberData(nameof(Names))]
    public void Reads_name_and_mode(string what, string fields, string name, TftpMode mode)
    {
        Assert.True(TftpRequest.TryParse(Bytes("\0\u0001" + fields), out var request, out _), what);
        Assert.Equal(new TftpRequest(false, name, mode, default), request);
    }

    [Fact]
    public void Tells_a_write_request() =>
        Assert.True(TftpRequest.TryParse(Bytes("\0\u0002f|octet|"), out var request, out _) && request.IsWrite);

    public static TheoryData<string, string, TftpAsked> Options => new()
    {
        // what                             options                                       understood
        { "none",                           "",                                           default },
        { "all",                            "tsize|0|blksize|1468|windowsize|4|timeout|5|", new(1468, 5, 4, true) },
        { "in capitals",                    "BLKSIZE|1024|",                              new(1024, null, null, false) },
        { "unknown ones",                   "multicast||blksize|1024|x|y|",               new(1024, null, null, false) },
        { "the first of two counts",        "blksize|1024|blksize|512|",                  new(1024, null, null, false) },
        { "smallest",                       "blksize|8|timeout|1|windowsize|1|",          new(8, 1, 1, false) },
        { "largest",                        "blksize|65464|timeout|255|windowsize|65535|", new(65464, 255, 65535, false) },
        { "too small",                      "blksize|7|timeout|0|windowsize|0|",          default },
        { "too large",                      "blksize|65465|timeout|256|windowsize|65536|", default },
        { "far too large",                  "blksize|99999999999999999999|",              default },
        { "negative",                       "blksize|-1|windowsize|+4|",                  default },
        { "not numbers",                    "blksize|1k|timeout||tsize|x|",               default },
        { "hex",                            "blksize|0x400|",                             default },
        { "a size that is no zero",         "tsize|4711|",                                new(null, null, null, true) },
        { "a value without its end",        "blksize|1024|timeout|5",                     new(1024, null, null, false) },
        { "an option without a value",      "blksize|1024|timeout|",                      new(1024, null, null, false) },
        { "zeros at the end",               "blksize|1024||||||",                         new(1024, null, null, false) },
    };

    [Theory, MemberData(nameof(Options))]
    public void Reads_options(string what, string options, TftpAsked expected)
    {
        Assert.True(TftpRequest.TryParse(Bytes("\0\u0001f|octet|" + options), out var request, out _), what);
        Assert.Equal(expected, request.Asked);
    }

    [Fact]
    public void Never_throws_and_keeps_the_rules() =>
        Gen.Byte.Array[0, 600].Sample(bytes =>
        {
            if (bytes.Length > 1)
                (bytes[0], bytes[1]) = (0, (byte)(bytes[1] % 7));
            return !TftpRequest.TryParse(bytes, out var request, out var error)
                ? error.Fault != WireFault.None
                : request.Name.Length > 0 && request.Asked is { BlockSize: null or >= 8 and <= 65464, Timeout: null or >= 1 and <= 255, WindowSize: null or >= 1 };
        });

    [Fact]
    public void What_a_client_writes_is_what_is_read() =>
        Gen.Select(Gen.String[Gen.Char['!', '~'], 1, 200], Gen.Int[8, 65464], Gen.Int[1, 255], Gen.Int[1, 65535], Gen.Bool)
            .Sample((name, blockSize, timeout, window, size) =>
            {
                var text = $"\0\u0001{name}|octet|blksize|{blockSize}|timeout|{timeout}|windowsize|{window}|{(size ? "tsize|0|" : "")}";
                return name.Contains('|', StringComparison.Ordinal)
                    || (TftpRequest.TryParse(Bytes(text), out var request, out _)
                        && request == new TftpRequest(false, name, TftpMode.Octet, new(blockSize, timeout, window, size)));
            });

    static byte[] Bytes(string text) => Encoding.Latin1.GetBytes(text.Replace('|', '\0'));
}
