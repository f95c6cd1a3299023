using System.Text;
using Cordwain.Boot.Catalog;
using Cordwain.Boot.Dhcp;
using Cordwain.Boot.Machines;
using Cordwain.Boot.Tests.Decisions;
using Cordwain.Protocols.Dhcp4;

namespace Cordwain.Boot.Tests.Dhcp;

/// <summary>What every captured firmware is told in both roles, and why: the golden files are to be read by people.</summary>
public sealed class CapturedBootTests
{
    public static TheoryData<string, NetworkRole> Boots
    {
        get
        {
            var boots = new TheoryData<string, NetworkRole>();
            foreach (var name in Vectors.Names)
            {
                boots.Add(name, NetworkRole.Server);
                boots.Add(name, NetworkRole.Proxy);
            }

            return boots;
        }
    }

    [Theory, MemberData(nameof(Boots))]
    public void Tells(string name, NetworkRole role)
    {
        var catalog = Lab.Catalog(role);
        var responder = new DhcpResponder(new FixedLeases(), new MachineDirectory());
        var text = new StringBuilder();
        foreach (var (arrival, datagram) in Vectors.Read(name))
        {
            Assert.True(DhcpMessage.TryParse(datagram, out var message, out var error), error.ToString());
            var answer = responder.Answer(message, arrival, catalog, DateTimeOffset.UnixEpoch);
            text.Append(answer.Summary).Append('\n');
            foreach (var step in answer.Trace)
                text.Append(step.Decided ? " => " : "    ").Append(step.Rule).Append(": ").Append(step.Because).Append('\n');
            if (answer.Reply is { } reply)
                text.Append("  to ").Append(answer.Destination.Mode).Append(' ').Append(answer.Destination.Address).Append(' ').Append(answer.Destination.Port)
                    .Append(", at most ").Append(answer.MaxPayload).Append(" bytes\n").Append(MessageText.Of(reply));
            text.Append('\n');
        }

        Golden.Match($"{name}.{role.ToString().ToLowerInvariant()}.txt", text.ToString());
    }

    [Theory, MemberData(nameof(Boots))]
    public void An_explanation_makes_the_same_bytes_again(string name, NetworkRole role)
    {
        var catalog = Lab.Catalog(role);
        var responder = new DhcpResponder(new FixedLeases(), new MachineDirectory());
        foreach (var (arrival, datagram) in Vectors.Read(name))
        {
            Assert.True(DhcpMessage.TryParse(datagram, out var message, out _));
            var given = responder.Answer(message, arrival, catalog, DateTimeOffset.UnixEpoch);

            Assert.True(DhcpExplanation.TryAgain(datagram, given.Circumstances, catalog, out var again, out _));

            Assert.Equal(given.Reply?.Encode(given.MaxPayload), again.Reply?.Encode(again.MaxPayload));
            Assert.Equal(given.Destination, again.Destination);
            Assert.Equal(given.Circumstances, again.Circumstances);
            var addressSteps = role == NetworkRole.Server ? 1 : 0;
            Assert.Equal(given.Trace.Skip(1).SkipLast(addressSteps), again.Trace.SkipLast(addressSteps));
        }
    }
}
