using Cordwain.Protocols.Wire;

namespace Cordwain.Server.Hosting;

/// <param name="Source">The sender.</param>
/// <param name="Destination">The address in the header: one of ours, or a broadcast address.</param>
public readonly record struct DatagramOrigin(Ipv4Address Source, int SourcePort, Ipv4Address Destination);

/// <summary>Takes one datagram; the span is valid during the call only.</summary>
public delegate void DatagramSink(ReadOnlySpan<byte> payload, DatagramOrigin origin);

/// <summary>A UDP port on one device. One thread receives, one at a time sends; any closes.</summary>
public interface IDatagramSocket : IDisposable
{
    /// <summary>The port it got.</summary>
    int Port { get; }

    /// <summary>Hands all that has come to <paramref name="sink"/>, but never so much that the first of it waits long.</summary>
    /// <param name="wait">Block until something came.</param>
    /// <returns>False once it is closed.</returns>
    bool Receive(DatagramSink sink, bool wait = true);

    /// <summary>Adds a datagram that leaves from one of our addresses, out of the device, with the next <see cref="Flush"/>. One thread at a time.</summary>
    /// <returns>False when it is closed, or others must leave first.</returns>
    bool Queue(ReadOnlySpan<byte> payload, Ipv4Address from, Ipv4Address to, int port);

    /// <summary>Sends what was added. One thread at a time.</summary>
    /// <returns>How many the system refused, as it does for an address that is no longer ours.</returns>
    int Flush();

    /// <summary>Sends one at once, with what was added before. One thread at a time, as for <see cref="Queue"/>.</summary>
    bool Send(ReadOnlySpan<byte> payload, Ipv4Address from, Ipv4Address to, int port) => Queue(payload, from, to, port) && Flush() == 0;

    /// <summary>Ends <see cref="Receive"/>.</summary>
    void Close();
}
