using Cordwain.Protocols.Wire;

namespace Cordwain.Server.Hosting;

/// <param name="Source">The sender.</param>
/// <param name="Destination">The address in the header: one of ours, or a broadcast address.</param>
public readonly record struct DatagramOrigin(Ipv4Address Source, int SourcePort, Ipv4Address Destination);

/// <summary>Takes one datagram; the span is valid during the call only.</summary>
public delegate void DatagramSink(ReadOnlySpan<byte> payload, DatagramOrigin origin);

/// <summary>A UDP port on one device. One thread receives; any thread sends or closes.</summary>
public interface IDatagramSocket : IDisposable
{
    /// <summary>The port it got.</summary>
    int Port { get; }

    /// <summary>Blocks until something came and hands all that has come to <paramref name="sink"/>.</summary>
    /// <returns>False once it is closed.</returns>
    bool Receive(DatagramSink sink);

    /// <summary>Sends from one of our addresses, out of the device.</summary>
    /// <returns>False when the system refused it, as it does for an address that is no longer ours.</returns>
    bool Send(ReadOnlySpan<byte> payload, Ipv4Address from, Ipv4Address to, int port);

    /// <summary>Ends <see cref="Receive"/>.</summary>
    void Close();
}
