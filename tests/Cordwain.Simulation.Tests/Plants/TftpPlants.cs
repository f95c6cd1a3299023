using Cordwain.Protocols.Tftp;
using Cordwain.Simulation.Tests.Kernel;
using Cordwain.Simulation.Tests.Tftp;

namespace Cordwain.Simulation.Tests.Plants;

/// <summary>A bug put around the state machine of a transfer. This one is none.</summary>
class TftpPlant
{
    public static TftpPlant None { get; } = new();

    public virtual TransferDriver Transfer(TftpWorld world, int client, TftpFile file, TftpRequest request, SeededRandom random) =>
        new(world, client, file, request, random);
}

/// <summary>Reads the file on from where the last block ended, also when a block is sent again.</summary>
sealed class SkippedBlock : TftpPlant
{
    public override TransferDriver Transfer(TftpWorld world, int client, TftpFile file, TftpRequest request, SeededRandom random) =>
        new Skipping(world, client, file, request, random);

    sealed class Skipping(TftpWorld world, int client, TftpFile file, TftpRequest request, SeededRandom random)
        : TransferDriver(world, client, file, request, random)
    {
        long _next;

        protected override long OffsetOf(TftpAction action)
        {
            var offset = _next;
            _next += action.Length;
            return offset;
        }
    }
}

/// <summary>Sends again for ever.</summary>
sealed class EndlessRepeats : TftpPlant
{
    public override TransferDriver Transfer(TftpWorld world, int client, TftpFile file, TftpRequest request, SeededRandom random) =>
        new Endless(world, client, file, request, random);

    sealed class Endless(TftpWorld world, int client, TftpFile file, TftpRequest request, SeededRandom random)
        : TransferDriver(world, client, file, request, random)
    {
        int _times;

        protected override void OnDeadline()
        {
            if (++_times > 4)
                Machine.OnRequestRepeated(Now);   // as if the client had spoken
            base.OnDeadline();
        }
    }
}
