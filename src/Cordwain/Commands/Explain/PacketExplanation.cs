using Cordwain.Boot.Catalog;
using Cordwain.Boot.Dhcp;
using Cordwain.Protocols.Capture;
using Cordwain.Protocols.Dhcp4;
using Cordwain.Protocols.Wire;

namespace Cordwain.Commands.Explain;

/// <summary><c>explain --packet FILE</c>: what the requests of a capture would be answered here.</summary>
static class PacketExplanation
{
    public static int Print(FileInfo file, SupposedArrival arrivals, BootCatalog catalog)
    {
        byte[] bytes;
        try
        {
            bytes = File.ReadAllBytes(file.FullName);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            Console.Error.WriteLine($"{file.FullName} cannot be read: {e.Message}");
            return ExitCode.CouldNot;
        }

        var explained = 0;
        foreach (var (payload, source, sourcePort, port) in Requests(bytes))
        {
            if (!DhcpMessage.TryParse(payload.Span, out var message, out var error))
            {
                Console.WriteLine($"A datagram of {payload.Length} bytes to port {port} that is dropped: {error}.\n");
                explained++;
                continue;
            }

            if (message.Op != DhcpMessage.BootRequest || arrivals.ForCaptured(source, sourcePort, port) is not { } arrival)
                continue;
            ExplanationText.Print(message, DhcpExplanation.Suppose(message, arrival, catalog), Console.Out);
            Console.WriteLine();
            explained++;
        }

        if (explained > 0)
            return ExitCode.Success;
        Console.Error.WriteLine($"{file.FullName} holds no DHCP request: neither a capture with one (pcap, pcapng) nor the bytes of one datagram.");
        return ExitCode.Found;
    }

    static IEnumerable<(ReadOnlyMemory<byte> Payload, Ipv4Address Source, int SourcePort, int Port)> Requests(byte[] file)
    {
        if (!CaptureFile.TryRead(file, out var frames, out _))
        {
            if (DhcpMessage.TryParse(file, out _, out _))
                yield return (file, Ipv4Address.Any, DhcpArrival.ClientPort, DhcpArrival.ServerPort);
            yield break;
        }

        foreach (var frame in frames)
        {
            if (UdpDatagram.TryParse(frame, out var datagram) && datagram.DestinationPort is DhcpArrival.ServerPort or DhcpArrival.BootServerPort)
                yield return (datagram.Payload, datagram.Source, datagram.SourcePort, datagram.DestinationPort);
        }
    }
}
