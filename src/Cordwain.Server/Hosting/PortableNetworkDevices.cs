using System.Net.NetworkInformation;
using System.Net.Sockets;
using Cordwain.Protocols.Wire;

namespace Cordwain.Server.Hosting;

/// <summary>The devices as .NET tells them, for systems without netlink.</summary>
public sealed class PortableNetworkDevices : INetworkDevices
{
    volatile IReadOnlyList<NetworkDevice> _current = Read();

    public PortableNetworkDevices() => NetworkChange.NetworkAddressChanged += OnChange;

    public event Action? Changed;

    public IReadOnlyList<NetworkDevice> Current => _current;

    public static IReadOnlyList<NetworkDevice> Read() =>
        [.. NetworkInterface.GetAllNetworkInterfaces().Where(device => device.Supports(NetworkInterfaceComponent.IPv4)).Select(Describe)];

    public void Dispose() => NetworkChange.NetworkAddressChanged -= OnChange;

    static NetworkDevice Describe(NetworkInterface device)
    {
        var properties = device.GetIPProperties();
        var mac = device.GetPhysicalAddress().GetAddressBytes();
        return new(properties.GetIPv4Properties()?.Index ?? 0, device.Name)
        {
            IsUp = device.OperationalStatus is OperationalStatus.Up or OperationalStatus.Unknown,
            HasCarrier = device.OperationalStatus is OperationalStatus.Up or OperationalStatus.Unknown,
            IsLoopback = device.NetworkInterfaceType == NetworkInterfaceType.Loopback,
            Kind = device.NetworkInterfaceType is NetworkInterfaceType.Tunnel or NetworkInterfaceType.Ppp ? "tun" : null,
            Mac = mac.Length == MacAddress.Length ? MacAddress.FromBytes(mac) : null,
            Mtu = properties.GetIPv4Properties()?.Mtu is > 0 and var mtu ? mtu : 1500,
            Addresses = [.. properties.UnicastAddresses.Where(own => own.Address.AddressFamily == AddressFamily.InterNetwork).Select(AddressOf)],
        };
    }

    static DeviceAddress AddressOf(UnicastIPAddressInformation own)
    {
        var address = Ipv4Address.Parse(own.Address.ToString());
        return new(address, new(address, own.PrefixLength));
    }

    void OnChange(object? sender, EventArgs e)
    {
        _current = Read();
        Changed?.Invoke();
    }
}
