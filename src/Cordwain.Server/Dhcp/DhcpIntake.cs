using System.Diagnostics.CodeAnalysis;
using Cordwain.Protocols.Dhcp4;
using Cordwain.Server.Hosting;
using Microsoft.Extensions.Logging;

namespace Cordwain.Server.Dhcp;

/// <summary>The way from the sockets into the queue and to the answers.</summary>
sealed partial class DhcpIntake(DhcpQueue queue, DhcpEngine engine, DhcpCounters counters, TimeProvider time, ILogger<DhcpIntake> logger)
{
    readonly PeriodicNotice _faultNotice = new(TimeSpan.FromMinutes(1));

    public long Now => time.GetTimestamp();

    /// <summary>Counts a datagram, and reads it when it is a client's.</summary>
    public bool TryRead(ReadOnlySpan<byte> payload, [NotNullWhen(true)] out DhcpMessage? message)
    {
        counters.CountReceived();
        if (DhcpMessage.TryParse(payload, out message, out _) && message.Op == DhcpMessage.BootRequest)
            return true;
        counters.CountMalformed();
        return false;
    }

    public void Add(DhcpWork work) => queue.Add(work);

    /// <summary>Answers a batch of what waits.</summary>
    /// <returns>True when more waits.</returns>
    public bool Work() => engine.Work();

    public void Failed(string @interface, ReadOnlySpan<byte> payload, Exception e)
    {
        counters.CountFault();
        bool isDue;
        int held;
        lock (_faultNotice)
            isDue = _faultNotice.IsDue(time.GetUtcNow(), out held);
        if (isDue)
            NotTaken(@interface, held, Convert.ToHexString(payload), e);
    }

    [LoggerMessage(2036, LogLevel.Error, "A message on {Interface} was not taken in: a fault of Cordwain's ({Held} more like it were not logged). It was {Hex}")]
    partial void NotTaken(string @interface, int held, string hex, Exception e);
}
