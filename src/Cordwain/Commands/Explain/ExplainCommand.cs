using System.CommandLine;
using Cordwain.Boot.Catalog;
using Cordwain.Boot.Dhcp;
using Cordwain.Boot.Machines;
using Cordwain.Hosting;
using Cordwain.Management;
using Cordwain.Protocols.Dhcp4;
using Cordwain.Protocols.Wire;

namespace Cordwain.Commands.Explain;

/// <summary><c>cordwain explain</c>: what would be answered, by which rule, with the bytes; or what was, made again.</summary>
static class ExplainCommand
{
    public static Command Create()
    {
        var config = CommonOptions.Config();
        var data = CommonOptions.Data();
        var mac = new Option<string?>("--mac") { Description = "The machine's MAC address.", HelpName = "MAC" };
        var arch = new Option<string>("--arch") { Description = "Name or number of option 93: bios, efi-x64, efi-x64-http, efi-arm64 …", HelpName = "ARCH", DefaultValueFactory = _ => "efi-x64" };
        var user = new Option<string?>("--user-class") { Description = "Option 77; iPXE says iPXE.", HelpName = "TEXT" };
        var vendor = new Option<string?>("--vendor-class") { Description = "Option 60, when it is not what such firmware sends.", HelpName = "TEXT" };
        var uuid = new Option<Guid?>("--uuid") { Description = "The machine's SMBIOS UUID.", HelpName = "UUID" };
        var relay = new Option<string?>("--relay") { Description = "The relay's address: as if the machine were behind it.", HelpName = "IP" };
        var network = new Option<string?>("--network") { Description = "The network it is in. Default: the first one.", HelpName = "NAME" };
        var server = new Option<string?>("--server") { Description = "Our address. Default: this machine's in that network.", HelpName = "IP" };
        var request = new Option<bool>("--request") { Description = "A REQUEST instead of a DISCOVER." };
        var bootServer = new Option<bool>("--boot-server") { Description = "Asked on port 4011." };
        var file = new Option<string?>("--file") { Description = "Explain a read of this name by HTTP instead of DHCP.", HelpName = "NAME" };
        var packet = new Option<FileInfo?>("--packet") { Description = "Explain the requests of a capture (pcap, pcapng) or one datagram.", HelpName = "FILE" };
        var boot = new Option<long?>("--boot") { Description = "Make the answers of a boot again and compare the bytes.", HelpName = "ID" };

        var command = new Command("explain", "What would be answered, by which rule, with the bytes; or why an answer was what it was")
        {
            mac, arch, user, vendor, uuid, relay, network, server, request, bootServer, file, packet, boot, config, data,
        };
        command.SetAction(async (parsed, stop) =>
        {
            if (ReadCatalog(CommonOptions.ConfigFile(parsed.GetValue(config)), parsed.GetValue(data)!) is not { } catalog)
                return ExitCode.Found;
            if (parsed.GetValue(boot) is { } id)
                return await BootExplanation.Print(id, parsed.GetValue(data)!, catalog, stop);

            Ipv4Address? own = null;
            if (parsed.GetValue(server) is { } serverText)
            {
                if (!Ipv4Address.TryParse(serverText, out var given))
                    return Wrong($"'{serverText}' is not an IPv4 address.");
                own = given;
            }

            var arrivals = new SupposedArrival(catalog, own);
            if (parsed.GetValue(packet) is { } capture)
                return PacketExplanation.Print(capture, arrivals, catalog);
            if (!MacAddress.TryParse(parsed.GetValue(mac), out var address))
                return Wrong(parsed.GetValue(mac) is { } text ? $"'{text}' is not a MAC address; they look like 52:54:00:12:34:56." : "Say which machine: --mac, or --packet FILE, or --boot ID.");
            if (!ClientArchitecture.TryParse(parsed.GetValue(arch), out var architecture))
                return Wrong($"'{parsed.GetValue(arch)}' is no architecture; known are {string.Join(", ", ClientArchitecture.Names)}, and the numbers of the IANA registry.");
            var behind = Ipv4Address.Any;
            if (parsed.GetValue(relay) is { } relayText && !Ipv4Address.TryParse(relayText, out behind))
                return Wrong($"'{relayText}' is not an IPv4 address.");
            if (arrivals.For(parsed.GetValue(network), behind, parsed.GetValue(bootServer), out var complaint) is not { } arrival)
                return Wrong(complaint);

            var supposed = new SupposedRequest(address, architecture)
            {
                Type = parsed.GetValue(request) || parsed.GetValue(bootServer) ? DhcpMessageType.Request : DhcpMessageType.Discover,
                UserClass = parsed.GetValue(user),
                VendorClass = parsed.GetValue(vendor),
                Uuid = parsed.GetValue(uuid),
                Relay = behind,
            };
            if (parsed.GetValue(file) is { } name)
                return await ReadExplanation.Print(name, supposed, arrival, catalog, stop);
            ExplanationText.Print(supposed.ToMessage(), DhcpExplanation.Suppose(supposed.ToMessage(), arrival, catalog), Console.Out);
            return ExitCode.Success;
        });
        return command;
    }

    /// <returns>Null when the configuration has errors; they are printed.</returns>
    static BootCatalog? ReadCatalog(string? file, DirectoryInfo data)
    {
        var result = new ConfigurationSource(file, data.FullName, Server.Hosting.NetworkDevices.Read, (_, _) => false, TimeProvider.System).Load();
        foreach (var problem in result.Problems.Where(problem => problem.Severity == Severity.Error))
            Console.Error.WriteLine(problem);
        return result.Catalog;
    }

    static int Wrong(string why)
    {
        Console.Error.WriteLine(why);
        return ExitCode.CouldNot;
    }
}
