using Cordwain.Boot.Journal;
using Cordwain.Server.Tftp;
using Microsoft.Extensions.Time.Testing;

namespace Cordwain.Server.Tests.Tftp;

/// <summary>What is left of a transfer after its end: a memory for its late packets, and then nothing.</summary>
public sealed class TftpRestTests
{
    readonly FakeTimeProvider _clock = new();

    [Fact]
    public void A_while_after_a_read_nothing_is_remembered_and_nothing_ticks()
    {
        using var server = new TftpTestServer(clock: _clock);
        var file = server.Add("file", 3000);
        using var client = new TftpTestClient(server.EndPoint);
        Assert.Equal(file, client.Fetch("file", 1000));
        Assert.Equal(ReadOutcome.Completed, server.Journal.Next().Outcome);

        // Its repeat was planned for a moment before that.
        Pass(TimeSpan.FromSeconds(2));
        Assert.False(server.IsAtRest);
        Pass(TimeSpan.FromSeconds(2));
        Assert.True(server.IsAtRest);
    }

    [Fact]
    public void A_file_that_is_not_there_is_forgotten_too()
    {
        using var server = new TftpTestServer(clock: _clock);
        using var client = new TftpTestClient(server.EndPoint);
        client.Request("missing");
        Assert.Equal(ReadOutcome.NotFound, server.Journal.Next().Outcome);
        Pass(TimeSpan.FromSeconds(4));
        Assert.True(server.IsAtRest);
    }

    void Pass(TimeSpan time)
    {
        for (var tick = TimeSpan.FromMilliseconds(10); time > TimeSpan.Zero; time -= tick)
            _clock.Advance(tick);
    }
}
