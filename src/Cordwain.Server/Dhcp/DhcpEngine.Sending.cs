using System.Runtime.InteropServices;
using Microsoft.Extensions.Logging;

namespace Cordwain.Server.Dhcp;

public sealed partial class DhcpEngine
{
    void Send(Answered answered)
    {
        _done.Add(answered);
        if (answered.Reply.IsEmpty)
            return;

        var link = answered.Work.Link;
        ref var handed = ref CollectionsMarshal.GetValueRefOrAddDefault(_sending, link, out _);
        try
        {
            // The address may have gone while the answer was made or stored.
            var from = link.Serves(answered.Answer.Circumstances.Server) ? answered.Answer.Circumstances.Server : answered.Work.Arrival.Server;
            if (link.Serves(from) && link.Send(answered.Answer.Destination, from, answered.Work.Arrival.Port, answered.Reply.Span))
                handed++;
            else
                _counters.CountNotSent(1);
        }
        catch (Exception e)
        {
            _counters.CountNotSent(1);
            NoAnswer(answered.Work, answered.At, e);
        }
    }

    /// <summary>The answers of a batch leave together, and count as sent when the system has had its say.</summary>
    void Flush()
    {
        foreach (var (link, handed) in _sending)
        {
            var refused = handed;
            try
            {
                refused = Math.Min(handed, link.Flush());
            }
            catch (Exception e)
            {
                _counters.CountFault();
                if (_flushNotice.IsDue(_time.GetUtcNow(), out var held))
                    FlushFailed(link.Name, held, e);
            }

            _counters.CountSent(handed - refused);
            _counters.CountNotSent(refused);
        }

        _sending.Clear();
    }

    [LoggerMessage(2038, LogLevel.Error, "Answers on {Interface} did not leave: a fault of Cordwain's ({Held} more like it were not logged).")]
    partial void FlushFailed(string @interface, int held, Exception e);
}
