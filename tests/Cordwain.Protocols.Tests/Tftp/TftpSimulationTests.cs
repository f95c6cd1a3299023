using CsCheck;
using Cordwain.Protocols.Tftp;

namespace Cordwain.Protocols.Tests.Tftp;

public sealed class TftpSimulationTests
{
    static readonly Gen<TftpReadTerms> Terms =
        Gen.Select(Gen.Int[0, 40_000], Gen.Int[8, 1500], Gen.Int[1, 16], Gen.Bool, Gen.Bool, (length, blockSize, window, options, toOne) => new TftpReadTerms
        {
            Length = length,
            BlockSize = blockSize,
            WindowSize = options ? window : 1,
            Grants = options ? new(blockSize, null, window, null) : default,
            RollOverToOne = toOne,
        });

    static readonly Gen<LinkQuality> AnyLink =
        Gen.Select(Gen.Int[0, 70], Gen.Int[0, 30], Gen.Double[0.05, 50], Gen.Double[0, 100],
            (loss, duplication, delay, jitter) => new LinkQuality(loss, duplication, delay, jitter));

    static readonly Gen<LinkQuality> BadLink =
        Gen.Select(Gen.Int[0, 20], Gen.Int[0, 20], Gen.Double[0.05, 20], Gen.Double[0, 10],
            (loss, duplication, delay, jitter) => new LinkQuality(loss, duplication, delay, jitter));

    /// <summary>Whatever is lost: the whole file, or a reported failure. Never a wrong file, never for ever.</summary>
    [Fact]
    public void Never_delivers_a_wrong_file() =>
        Gen.Select(Terms, AnyLink, Gen.Int, Gen.Bool).Sample((terms, link, seed, echoes) =>
        {
            var run = new TftpSimulation(terms, link, seed) { ClientEchoes = echoes }.Run();
            return run.Ending switch
            {
                TftpEnding.Completed => run.Done && run.Received == terms.Length,
                TftpEnding.LastAckMissing or TftpEnding.TimedOut => run.Received <= terms.Length,
                _ => false,
            };
        }, iter: 2000);

    [Fact]
    public void Delivers_at_a_loss_of_one_in_five() =>
        Gen.Select(Terms, BadLink, Gen.Int).Sample((terms, link, seed) =>
        {
            var run = new TftpSimulation(terms, link, seed).Run();
            return run.Done && run.Received == terms.Length;
        }, iter: 2000);

    /// <summary>Sorcerer's Apprentice: duplicates must not breed.</summary>
    [Fact]
    public void Duplicated_packets_do_not_double_the_traffic() =>
        Gen.Select(Terms, Gen.Int[0, 100], Gen.Int).Sample((terms, duplication, seed) =>
        {
            var run = new TftpSimulation(terms, new(0, duplication, 1), seed).Run();
            return run.Done && run.DataPackets == terms.Length!.Value / terms.BlockSize + 1;
        }, iter: 2000);

    /// <summary>A client that acknowledges every duplicate gets what it asks for, but nothing grows.</summary>
    [Fact]
    public void Even_a_client_that_echoes_does_not_breed_packets() =>
        Gen.Select(Terms, Gen.Int[0, 100], Gen.Int).Sample((terms, duplication, seed) =>
        {
            var run = new TftpSimulation(terms, new(0, duplication, 1), seed) { ClientEchoes = true }.Run();
            return run.Done && run.DataPackets <= 3 * (terms.Length!.Value / terms.BlockSize + terms.WindowSize);
        }, iter: 2000);

    [Fact]
    public void A_good_link_sees_each_block_once() =>
        Gen.Select(Terms, Gen.Int).Sample((terms, seed) =>
        {
            var run = new TftpSimulation(terms, new(), seed).Run();
            return run.Ending == TftpEnding.Completed && run.DataPackets == terms.Length!.Value / terms.BlockSize + 1;
        });

    /// <summary>One percent lost each way: the timer, not the second that others wait, sets the pace.</summary>
    [Theory]
    [InlineData(1, 2.0)]
    [InlineData(16, 0.5)]
    public void Makes_good_a_loss_within_milliseconds(int window, double seconds)
    {
        var terms = new TftpReadTerms { Length = 256 * 1024, BlockSize = 1468, WindowSize = window };
        var times = Enumerable.Range(0, 50)
            .Select(seed => new TftpSimulation(terms, new(Loss: 1, Delay: 0.2), seed) { ClientEchoes = true }.Run().Elapsed.TotalSeconds).Order().ToArray();
        Assert.True(times[25] < seconds / 4, $"median {times[25]} s");
        Assert.True(times[45] < seconds, $"nine of ten {times[45]} s");
    }

    [Theory]
    [InlineData(1, false)]
    [InlineData(32, false)]
    [InlineData(32, true)]
    public void Block_numbers_roll_over(int window, bool toOne)
    {
        var terms = new TftpReadTerms { Length = 8L * 200_000 + 5, BlockSize = 8, WindowSize = window, RollOverToOne = toOne };
        var run = new TftpSimulation(terms, new(Delay: 0.01), 1).Run();
        Assert.Equal((TftpEnding.Completed, terms.Length), (run.Ending, run.Received));
    }

    [Fact]
    public void A_file_over_4_gigabytes_arrives()
    {
        var terms = new TftpReadTerms { Length = (5L << 30) + 1, BlockSize = 65464, WindowSize = 64 };
        var run = new TftpSimulation(terms, new(), 1).Run();
        Assert.Equal((TftpEnding.Completed, terms.Length), (run.Ending, run.Received));
    }
}
