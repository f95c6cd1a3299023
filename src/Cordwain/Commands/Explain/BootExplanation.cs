using System.Globalization;
using Cordwain.Boot.Catalog;
using Cordwain.Boot.Dhcp;
using Cordwain.Boot.Journal;
using Cordwain.Protocols.Dhcp4;
using Cordwain.Protocols.Wire;
using Cordwain.Server.Api;

namespace Cordwain.Commands.Explain;

/// <summary><c>explain --boot ID</c>: makes every DHCP answer of a boot again, from the stored request, and compares it with what was sent.</summary>
static class BootExplanation
{
    public static async Task<int> Print(long id, DirectoryInfo data, BootCatalog catalog, CancellationToken stop)
    {
        using var client = new ControlClient(data);
        if (await client.Get(string.Create(CultureInfo.InvariantCulture, $"boots/{id}/packets"), ControlJson.Default.IReadOnlyListBootPacket, stop) is not { } packets)
        {
            Console.Error.WriteLine($"There is no boot {id}. 'cordwain boots' lists those that are kept.");
            return ExitCode.Found;
        }

        var differ = 0;
        foreach (var packet in packets)
        {
            var request = Convert.FromHexString(packet.Request);
            if (!DhcpMessage.TryParse(request, out var message, out var error)
                || !DhcpExplanation.TryAgain(request, Circumstances(packet), catalog, out var answer, out error))
            {
                Console.WriteLine($"A datagram that is dropped: {error}.\n");
                continue;
            }

            ExplanationText.Print(message, answer, Console.Out);
            var same = ExplanationText.Encode(answer).AsSpan().SequenceEqual(Convert.FromHexString(packet.Reply));
            Console.WriteLine(same ? $"This is what was sent at {packet.At.ToLocalTime():HH:mm:ss.fff}, byte for byte.\n"
                : packet.Revision == catalog.Revision ? "This is NOT what was sent. Please report it, with the output of this command.\n"
                : $"What was sent differs: the configuration has changed since (revision {packet.Revision} then, {catalog.Revision} now).\n");
            differ += same ? 0 : 1;
        }

        Console.WriteLine(differ == 0 ? $"All {packets.Count} answers of boot {id} are what the present configuration gives." : $"{differ} of {packets.Count} answers differ.");
        return differ == 0 ? ExitCode.Success : ExitCode.Found;
    }

    static DhcpCircumstances Circumstances(BootPacket packet) => new(
        packet.Interface, Ipv4Address.Parse(packet.Server), Ipv4Address.Parse(packet.Given), Time(packet.Lease), packet.Port, packet.Revision)
    {
        Source = Ipv4Address.Parse(packet.Source),
        SourcePort = packet.SourcePort,
        Network = packet.Network,
        Kind = Enum.Parse<ReplyKind>(packet.Kind),
        RenewAfter = Time(packet.RenewAfter),
        RebindAfter = Time(packet.RebindAfter),
        Reason = packet.Reason,
    };

    static TimeSpan Time(double seconds) => seconds < 0 ? Timeout.InfiniteTimeSpan : TimeSpan.FromSeconds(seconds);
}
