using Cordwain.Boot.Journal;
using Cordwain.Protocols.Wire;
using Microsoft.Extensions.Logging;

namespace Cordwain.Server.Tftp;

/// <summary>What the engine tells its log.</summary>
sealed partial class TftpEngine
{
    [LoggerMessage(2101, LogLevel.Debug, "{Name} for {Client}: {Outcome}, {Bytes} bytes in {Seconds:0.00} s. {Reason}")]
    partial void Ended(string name, TftpClient client, ReadOutcome outcome, long bytes, double seconds, string? reason);

    [LoggerMessage(2102, LogLevel.Debug, "Could not send to {Client}: {Reason}.")]
    partial void SendFailed(TftpClient client, string reason);

    [LoggerMessage(2103, LogLevel.Debug, "Refused a request of {Client}: {Error}.")]
    partial void Malformed(TftpClient client, WireError error);

    [LoggerMessage(2104, LogLevel.Warning, "Too many TFTP requests or transfers from {Address}: not answered ({Count} in all since the start). The settings limits.tftp-per-address and limits.tftp-requests-per-address say how many are.")]
    partial void Dropped(Ipv4Address address, long count);

    [LoggerMessage(2105, LogLevel.Error, "The transfer of {Name} to {Client} failed.")]
    partial void Fault(string name, TftpClient client, Exception e);

    [LoggerMessage(2106, LogLevel.Error, "A request of {Client} failed.")]
    partial void RequestFault(TftpClient client, Exception e);

    [LoggerMessage(2107, LogLevel.Error, "What was due could not be sent again.")]
    partial void TickFault(Exception e);
}
