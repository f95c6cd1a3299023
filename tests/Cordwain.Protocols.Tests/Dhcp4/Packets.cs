using System.Globalization;
using Cordwain.Protocols.Capture;
using Cordwain.Protocols.Dhcp4;
using Cordwain.Protocols.Wire;

namespace Cordwain.Protocols.Tests.Dhcp4;

/// <summary>Messages for tests: written in hex, made from options, or read from the captures under <c>tests/vectors/dhcp4</c>.</summary>
static class Packets
{
    public const string Mac = "525400123456";

    /// <summary>A request from 52:54:00:12:34:56 in hex, ending with <paramref name="options"/>.</summary>
    public static string Hex(string options, string file = "", string sname = "", string hlen = "06", string flags = "8000", string giaddr = "00000000") =>
        "0101" + hlen + "00" + "0BADCAFE" + "0004" + flags + Zeros(12) + giaddr + Mac + Zeros(10)
        + sname.PadRight(64 * 2, '0') + file.PadRight(128 * 2, '0') + "63825363" + options;

    public static string Zeros(int bytes) => new('0', bytes * 2);

    public static DhcpMessage Parse(string hex)
    {
        Assert.True(DhcpMessage.TryParse(Convert.FromHexString(hex), out var message, out var error), error.ToString());
        return message;
    }

    /// <summary>A message with one option in hex, such as <c>5D020007</c>, or several.</summary>
    public static DhcpMessage WithOptions(string hex) => Parse(Hex(hex + "FF"));

    public static DhcpMessage Reply(DhcpMessageType type, Action<DhcpOptionSet.Builder>? more = null)
    {
        var options = new DhcpOptionSet.Builder().Set(DhcpOptions.MessageType, (byte)type);
        more?.Invoke(options);
        return new()
        {
            Op = DhcpMessage.BootReply,
            Xid = 0x0BADCAFE,
            Yiaddr = Ipv4Address.Parse("10.77.0.130"),
            Siaddr = Ipv4Address.Parse("10.77.0.1"),
            Chaddr = Convert.FromHexString(Mac),
            Options = options.Build(),
        };
    }

    public static IEnumerable<string> Cases =>
        Directory.EnumerateDirectories(Path.Combine(Golden.Repository, "tests", "vectors", "dhcp4")).Select(path => Path.GetFileName(path)!).Order(StringComparer.Ordinal);

    public static string PathOf(string vector, string file) => Path.Combine(Golden.Repository, "tests", "vectors", "dhcp4", vector, file);

    /// <summary>The DHCP datagrams of a capture, in order.</summary>
    public static List<UdpDatagram> Datagrams(string vector)
    {
        Assert.True(CaptureFile.TryRead(File.ReadAllBytes(PathOf(vector, "capture.pcap")), out var frames, out var error), error);
        var datagrams = new List<UdpDatagram>();
        foreach (var frame in frames)
        {
            Assert.True(UdpDatagram.TryParse(frame, out var datagram), string.Create(CultureInfo.InvariantCulture, $"frame at {frame.Time}"));
            datagrams.Add(datagram);
        }

        return datagrams;
    }
}
