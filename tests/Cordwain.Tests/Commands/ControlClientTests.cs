using System.Net.Sockets;
using System.Text;
using Cordwain.Tests.Support;

namespace Cordwain.Tests.Commands;

/// <summary>What people see when the server behind the control socket does not answer as it should.</summary>
public sealed class ControlClientTests : IDisposable
{
    readonly TestFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData("HTTP/1.1 500 Internal Server Error\r\nContent-Length: 0\r\n\r\n", "cannot answer (500). Its log says why.", "reload")]
    [InlineData("HTTP/1.1 404 Not Found\r\nContent-Length: 0\r\n\r\n", "cannot answer (404). Its log says why.", "reload")]
    [InlineData("HTTP/1.1 500 Internal Server Error\r\nContent-Length: 0\r\n\r\n", "cannot answer (500). Its log says why.", "leases")]
    [InlineData("HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\n{", "No server answers on", "reload")]
    [InlineData("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\n", "has ended.", "boots", "follow")]
    [InlineData("HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: 3\r\n\r\n{ 1", "does not understand", "leases")]
    [InlineData("HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n", "does not understand", "reload")]
    [InlineData("", "No server answers on", "reload")]
    public async Task A_server_that_fails_is_a_sentence_and_not_a_crash(string answer, string said, params string[] command)
    {
        var result = await Ask(answer, command);

        Assert.Equal(3, result.ExitCode);
        Assert.Contains(said, result.Error, StringComparison.Ordinal);
        Assert.DoesNotContain("   at ", result.Error, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("CW4010", "false", "The configuration was refused; the old one stays in force.")]
    [InlineData("CW4097", "false", "The configuration was not taken; revision r2 stays in force.")]
    [InlineData("CW4097", "true", "Revision r2 is in force, perhaps not all of it.")]
    public async Task A_reload_says_what_is_in_force(string code, string isChanged, string said)
    {
        var body = $$"""{"changed":{{isChanged}},"revision":"r2","problems":[{"code":"{{code}}","severity":"error","message":"No."}]}""";
        var result = await Ask($"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: {body.Length}\r\n\r\n{body}", "reload");
        Assert.Equal(1, result.ExitCode);
        Assert.Equal(said, result.Output.Trim());
    }

    async Task<CommandResult> Ask(string answer, params string[] command)
    {
        Directory.CreateDirectory(_folder.Data);
        using var listener = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        listener.Bind(new UnixDomainSocketEndPoint(Path.Combine(_folder.Data, "control.sock")));
        listener.Listen();
        using var ended = new CancellationTokenSource();
        var answering = Answer(listener, answer, ended.Token);

        var result = await _folder.Run([.. command, "--data", _folder.Data]);

        await ended.CancelAsync();
        await answering;
        return result;
    }

    static async Task Answer(Socket listener, string answer, CancellationToken stop)
    {
        try
        {
            while (true)
            {
                using var connection = await listener.AcceptAsync(stop);
                await connection.ReceiveAsync(new byte[4096], stop);
                await connection.SendAsync(Encoding.ASCII.GetBytes(answer), stop);
            }
        }
        catch (OperationCanceledException)
        {
            // The command has ended.
        }
    }
}
