using System.Runtime.CompilerServices;
using System.Text;
using Cordwain.Protocols.Capture;
using Cordwain.Protocols.Dhcp4;
using Cordwain.Protocols.Wire;

namespace Cordwain.Server.Tests.Import;

/// <summary>What clients say: of every architecture, class and address, and as it was captured.</summary>
static class Questions
{
    static readonly byte[] Wanted = [1, 3, 6, 7, 12, 15, 17, 26, 28, 42, 43, 51, 54, 60, 66, 67, 97, 101, 119, 121, 128, 150, 175, 203, 208, 209, 210];

    public static IEnumerable<DhcpMessage> Generated()
    {
        uint number = 0;
        foreach (var mac in (string[])["52:54:00:00:aa:01", "52:54:ab:00:00:01", .. Enumerable.Range(1, 9).Select(last => $"52:54:00:00:00:0{last}")])
        {
            foreach (ushort arch in (ushort[])[0, 6, 7, 9, 11, 16])
            {
                foreach (var user in (string?[])[null, "iPXE", "gPXE"])
                {
                    // Addresses of hosts are asked by two kinds of firmware only: what they are told depends on who they are.
                    if (!mac.StartsWith("52:54:00:00:00", StringComparison.Ordinal) || (arch is 0 or 7 && user is null or "iPXE"))
                        yield return Discover(MacAddress.Parse(mac), arch, user, ++number);
                }
            }
        }

        yield return Discover(MacAddress.Parse("52:54:00:00:aa:02"), 0, null, ++number, "lab-client"u8.ToArray());
    }

    public static DhcpMessage Discover(MacAddress mac, ushort arch, string? user, uint number, byte[]? clientId = null)
    {
        var options = new DhcpOptionSet.Builder()
            .Set(DhcpOptions.MessageType, (byte)DhcpMessageType.Discover)
            .Set(DhcpOptions.MaximumMessageSize, (ushort)1472)
            .Set(DhcpOptions.VendorClassIdentifier, $"{(arch is 16 ? "HTTPClient" : "PXEClient")}:Arch:{arch:D5}:UNDI:003000")
            .SetRaw(93, [(byte)(arch >> 8), (byte)arch]).SetRaw(94, [1, 3, 0]).SetRaw(55, Wanted)
            .SetRaw(97, [0, .. new byte[15], 7]);
        if (user is not null)
            options.SetRaw(77, Encoding.ASCII.GetBytes(user)).SetRaw(175, [0xb1, 5, 1, 0x10, 0xec, 0x81, 0x39, 19, 1, 1]);
        if (clientId is not null)
            options.SetRaw(61, clientId);
        return new() { Op = DhcpMessage.BootRequest, Htype = 1, Hlen = 6, Xid = 0x0C0B0000 + number, Flags = DhcpMessage.BroadcastFlag, Chaddr = mac.ToArray(), Options = options.Build() };
    }

    /// <summary>DISCOVERs of the captures, answered by broadcast so that this client hears it.</summary>
    public static IEnumerable<DhcpMessage> Captured()
    {
        var seen = new HashSet<string>();
        uint number = 0;
        foreach (var file in Directory.GetFiles(Folder(), "*.pcap", SearchOption.AllDirectories).Order(StringComparer.Ordinal))
        {
            _ = CaptureFile.TryRead(File.ReadAllBytes(file), out var frames, out _);
            foreach (var frame in frames)
            {
                if (UdpDatagram.TryParse(frame, out var datagram) && DhcpMessage.TryParse(datagram.Payload.Span, out var message, out _)
                    && message is { Op: DhcpMessage.BootRequest, Type: DhcpMessageType.Discover, Giaddr.IsAny: true } && message.Mac is not null
                    && seen.Add($"{message.Mac} {Convert.ToHexString(message.Options.Raw(60).Span)} {Convert.ToHexString(message.Options.Raw(77).Span)} {Convert.ToHexString(message.Options.Raw(93).Span)}"))
                    yield return message with { Xid = 0x0CAB0000 + ++number, Flags = DhcpMessage.BroadcastFlag };
            }
        }
    }

    public static DhcpMessage RequestFor(DhcpMessage discover, DhcpMessage offer) => discover with
    {
        Xid = discover.Xid + 0x10000000,
        Options = discover.Options.ToBuilder().Set(DhcpOptions.MessageType, (byte)DhcpMessageType.Request).Set(DhcpOptions.RequestedIpAddress, offer.Yiaddr)
            .Set(DhcpOptions.ServerIdentifier, ReferenceServer.Address).Build(),
    };

    /// <summary>What the firmware asks the boot server whose type it chose (PXE 2.1 §2.2.3).</summary>
    public static DhcpMessage BootServerRequest(DhcpMessage discover, ReadOnlySpan<byte> type) => discover with
    {
        Xid = discover.Xid + 0x20000000,
        Ciaddr = Ipv4Address.Parse("10.99.0.77"),
        Flags = 0,
        Options = discover.Options.ToBuilder().Set(DhcpOptions.MessageType, (byte)DhcpMessageType.Request).SetRaw(43, type.IsEmpty ? [255] : [71, 4, type[0], type[1], 0, 0, 255]).Build(),
    };

    static string Folder([CallerFilePath] string caller = "") => Path.GetFullPath(Path.Combine(Path.GetDirectoryName(caller)!, "../../vectors/dhcp4"));
}
