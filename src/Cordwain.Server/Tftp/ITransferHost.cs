using Cordwain.Boot.Journal;
using Cordwain.Content;
using Cordwain.Protocols.Tftp;
using Cordwain.Protocols.Wire;
using Cordwain.Server.Linux;

namespace Cordwain.Server.Tftp;

/// <summary>What a transfer needs of the engine.</summary>
interface ITransferHost
{
    /// <summary>Monotonic.</summary>
    TimeSpan Now { get; }

    /// <summary>Null where files are not mapped.</summary>
    FileMaps? Maps { get; }

    /// <summary>Calls <see cref="TftpTransfer.OnVisit"/> then, or earlier.</summary>
    void Plan(TftpTransfer transfer, TimeSpan when);

    /// <summary>Content that was waited for is there.</summary>
    void SendNow(TftpTransfer transfer);

    void SendError(TftpErrorCode code, string message, TransferSocket socket, TftpClient client, Ipv4Address local);

    void OnRepeated(long packets);

    /// <summary>Called once, when the transfer is over; the file is disposed after it.</summary>
    void OnEnded(TftpTransfer transfer, OpenedFile? file, ReadOutcome outcome, string? reason);

    /// <param name="error">The system's number.</param>
    void OnSendFailed(TftpTransfer transfer, int error);

    /// <summary>The system refused a message, whose packets leave another way: no loss.</summary>
    void OnSentAnotherWay();

    /// <summary>Something went wrong that nobody thought of; this transfer ends, the others go on.</summary>
    void OnFault(TftpTransfer transfer, Exception e);
}
