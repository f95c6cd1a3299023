using System.Collections.Immutable;
using Cordwain.Boot.Catalog;
using Cordwain.Boot.Decisions;
using Cordwain.Boot.Dhcp;
using Cordwain.Boot.Machines;
using Cordwain.Content;
using Cordwain.Content.Loaders;
using Cordwain.Hosting;

namespace Cordwain.Commands.Explain;

/// <summary><c>explain --file NAME</c>: what a read of that name would give this machine, and the text where it is a rendered one.</summary>
static class ReadExplanation
{
    public static async Task<int> Print(string name, SupposedRequest machine, DhcpArrival arrival, BootCatalog catalog, CancellationToken stop)
    {
        var machines = new MachineDirectory();
        var address = arrival.Links is [var (_, network), ..] ? new Protocols.Wire.Ipv4Address(network.Last.Value - 1) : default;
        machines.Learn(new(new(machine.Mac, machine.Uuid), address, machine.Architecture, machine.UserClass == "iPXE", catalog.NetworkOf(address)?.Name));
        var files = new BootFiles(() => catalog, () => new(null, LoaderFolders.Scan([]), null), machines, new MenuTexts());
        var read = new FileRequest(BootChannel.Http, address, arrival.Server, name)
        {
            Query = ImmutableDictionary<string, string>.Empty.Add("mac", machine.Mac.ToString()),
        };

        var opened = await files.OpenAsync(read, stop);
        Console.WriteLine($"{name} for {opened.Machine}: {(opened.Content is { } found ? $"{found.Length} bytes from {found.Source}" : opened.Refusal ?? "not found (the files folder is not looked at here)")}\n\nWhy");
        foreach (var step in opened.Trace)
            Console.WriteLine($"  {step}");
        if (opened.Content?.Bytes is { } text)
            Console.WriteLine($"\n{System.Text.Encoding.UTF8.GetString(text.Span)}");
        opened.Content?.Dispose();
        return opened.Content is null ? ExitCode.Found : ExitCode.Success;
    }
}
