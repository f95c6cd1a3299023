using Cordwain.Boot.Catalog;
using Cordwain.Hosting;
using Cordwain.Management;
using Cordwain.Management.Check;
using Cordwain.Protocols.Wire;
using Cordwain.Server.Dhcp;
using Cordwain.Server.Hosting;

namespace Cordwain.Commands.Check;

/// <summary>Whether another DHCP server answers in the networks where we give addresses. Networks in another role are not asked anything.</summary>
/// <param name="isRunning">A server on this data folder asks by itself, and would answer the question.</param>
/// <param name="ask">How a link is asked; it blocks for some seconds.</param>
sealed class OtherServersCheck(IReadOnlyList<NetworkDevice> devices, bool isRunning, Func<NetworkDevice, IReadOnlyCollection<Ipv4Address>, ForeignServerResult>? ask = null) : ICheck
{
    readonly Func<NetworkDevice, IReadOnlyCollection<Ipv4Address>, ForeignServerResult> _ask = ask ?? ((device, own) => ForeignServerCheck.Run(device, own));

    public string Title => "other DHCP servers";

    public IEnumerable<Problem> Examine(CheckSubject subject)
    {
        NetworkDefinition[] ours = [.. subject.Catalog.Networks.Where(network => network.Role == NetworkRole.Server)];
        if (ours.Length == 0)
            return [];
        if (isRunning)
            return [NotAsked("a server runs on this data folder, which asks by itself when it starts", "Its messages say what it found.")];
        if (!subject.Host.MaySendFrames)
            return [NotAsked("this user may not send raw frames", "Run `cordwain check` as root.")];

        Ipv4Address[] own = [.. devices.SelectMany(device => device.Addresses).Select(address => address.Address)];
        var links = from network in ours
                    from device in NetworkLinks.Of(network, devices, subject.Settings.Interfaces)
                    select (Device: device, Network: network);

        // Each question waits for some seconds: all at once.
        var asked = links.Select(link => (link.Network, Answer: Task.Run(() => _ask(link.Device, own)))).ToArray();
        return [.. asked.SelectMany(question => Judge(question.Network, question.Answer.GetAwaiter().GetResult()))];
    }

    static IEnumerable<Problem> Judge(NetworkDefinition network, ForeignServerResult result)
    {
        if (result.NotChecked is { } notChecked && !network.Force)
            yield return notChecked;
        if (result.Refusal(network.Name) is not { } refusal)
            yield break;
        yield return !network.Force ? refusal : new(refusal.Code, Severity.Note,
            $"Another DHCP server answers on {result.Interface}: {string.Join(" and ", result.Servers.Select(server => server.Server))}. Cordwain gives addresses in {network.Name} all the same: `force: true`.",
            "See that their pools do not overlap.");
    }

    static Problem NotAsked(string reason, string fix) => new("CW2008", Severity.Note, $"Not asked: {reason}.", fix);
}
