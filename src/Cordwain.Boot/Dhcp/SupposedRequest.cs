using System.Text;
using Cordwain.Boot.Machines;
using Cordwain.Protocols.Dhcp4;
using Cordwain.Protocols.Wire;

namespace Cordwain.Boot.Dhcp;

/// <summary>A machine that somebody imagines, for <c>cordwain explain</c>: says what such firmware would say.</summary>
public sealed record SupposedRequest(MacAddress Mac, ClientArchitecture Architecture)
{
    public DhcpMessageType Type { get; init; } = DhcpMessageType.Discover;

    /// <summary>Option 77 as iPXE writes it; null: none.</summary>
    public string? UserClass { get; init; }

    /// <summary>Option 60; null: what firmware of this architecture sends.</summary>
    public string? VendorClass { get; init; }

    public Guid? Uuid { get; init; }

    public Ipv4Address Relay { get; init; }

    /// <summary>The address it asks for in a REQUEST.</summary>
    public Ipv4Address Requested { get; init; }

    // What firmware asks for (option 55): mask, router, DNS, host name, domain, root path, 43, 60, 66, 67, 97, iPXE's 175 and 203.
    static ReadOnlySpan<byte> Wanted => [1, 3, 6, 12, 15, 17, 43, 60, 66, 67, 97, 175, 203];

    public DhcpMessage ToMessage()
    {
        var vendor = VendorClass ?? $"{(Architecture.IsHttp ? "HTTPClient" : "PXEClient")}:Arch:{Architecture.Code:D5}:UNDI:003000";
        var options = new DhcpOptionSet.Builder()
            .Set(DhcpOptions.MessageType, (byte)Type)
            .Set(DhcpOptions.MaximumMessageSize, (ushort)1472)
            .Set(DhcpOptions.VendorClassIdentifier, vendor)
            .Set(DhcpOptions.ClientArchitecture, [Architecture.Code])
            .SetRaw(DhcpOptions.ClientNetworkInterface.Code, [1, 3, 0])
            .SetRaw(DhcpOptions.ParameterRequestList.Code, Wanted)
            .SetRaw(DhcpOptions.ClientMachineIdentifier.Code, [0, .. (Uuid ?? Guid.Empty).ToByteArray()]);
        if (UserClass is { } user)
            options.SetRaw(DhcpOptions.UserClass.Code, Encoding.Latin1.GetBytes(user));
        if (!Requested.IsAny)
            options.Set(DhcpOptions.RequestedIpAddress, Requested);
        return new()
        {
            Op = DhcpMessage.BootRequest,
            Xid = 0x0C0BB1E5,
            Flags = DhcpMessage.BroadcastFlag,
            Hops = Relay.IsAny ? (byte)0 : (byte)1,
            Giaddr = Relay,
            Chaddr = Mac.ToArray(),
            Options = options.Build(),
        };
    }
}
