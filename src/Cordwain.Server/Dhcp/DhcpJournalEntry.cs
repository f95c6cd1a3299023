using Cordwain.Boot.Decisions;
using Cordwain.Boot.Dhcp;
using Cordwain.Boot.Journal;
using Cordwain.Boot.Machines;
using Cordwain.Protocols.Wire;

namespace Cordwain.Server.Dhcp;

/// <summary>Turns a message and its answer into a line of the boot journal.</summary>
static class DhcpJournalEntry
{
    public static BootEvent.Dhcp Of(Answered answered, DateTimeOffset now)
    {
        var (work, answer, reply) = answered;
        var summary = answered.Withheld ? answer.Summary + " (withheld: could not be stored)" : answer.Summary;
        return new(ChannelOf(work, answer), work.Datagram, reply, summary, answer.Trace)
        {
            At = now,
            Machine = answer.Boot?.Machine ?? new MachineIdentity(work.Message.Mac),
            Address = AddressOf(answered),
            Circumstances = answer.Circumstances,
            IsBoot = answer.Boot is not null,
            Architecture = answer.Boot?.Architecture,
            IsIpxe = answer.Boot?.IsIpxe ?? false,
        };
    }

    static BootChannel ChannelOf(DhcpWork work, DhcpAnswer answer) =>
        answer.Boot?.Channel ?? (work.Arrival.Port == DhcpArrival.BootServerPort ? BootChannel.BootServer : BootChannel.Dhcp);

    static Ipv4Address AddressOf(Answered answered)
    {
        var ciaddr = answered.Work.Message.Ciaddr;
        return !answered.Reply.IsEmpty && answered.Answer.Reply is { Yiaddr.IsAny: false } reply ? reply.Yiaddr : ciaddr;
    }
}
