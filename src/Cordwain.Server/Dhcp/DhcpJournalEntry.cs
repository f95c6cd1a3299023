using Cordwain.Boot.Decisions;
using Cordwain.Boot.Dhcp;
using Cordwain.Boot.Journal;
using Cordwain.Boot.Machines;
using Cordwain.Protocols.Dhcp4;
using Cordwain.Protocols.Wire;

namespace Cordwain.Server.Dhcp;

/// <summary>Turns a message and its answer into a line of the boot journal.</summary>
static class DhcpJournalEntry
{
    public static BootEvent.Dhcp Of(Answered answered)
    {
        var (work, answer, reply, at) = answered;
        var words = answered switch
        {
            { Withheld: true } => new KnownWords(answer.Summary + " (withheld: could not be stored)", answer.Trace),
            { Overtaken: true } => new KnownWords(answer.Summary + " (withheld: given back meanwhile)", answer.Trace),
            _ => answer.Words,
        };
        return new(ChannelOf(work, answer), work.Datagram, reply, words)
        {
            At = at,
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

    /// <summary>The address that the answer gives, or that the client has, or that it takes from another server: reads that come from it are then its own.</summary>
    static Ipv4Address AddressOf(Answered answered)
    {
        var message = answered.Work.Message;
        if (!answered.Reply.IsEmpty && answered.Answer.Reply is { Yiaddr.IsAny: false } reply)
            return reply.Yiaddr;
        if (!message.Ciaddr.IsAny || !answered.Reply.IsEmpty || answered.Withheld || answered.Overtaken || message.Type != DhcpMessageType.Request)
            return message.Ciaddr;
        return message.Options.TryGet(DhcpOptions.RequestedIpAddress, out var taken) ? taken : Ipv4Address.Any;
    }
}
