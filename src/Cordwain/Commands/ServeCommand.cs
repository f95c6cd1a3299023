using System.CommandLine;
using Cordwain.Hosting;
using Cordwain.Server.Hosting;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Console;

namespace Cordwain.Commands;

/// <summary><c>cordwain serve</c>: the server, in the foreground, until SIGTERM or Ctrl-C.</summary>
static class ServeCommand
{
    public static Command Create()
    {
        var config = CommonOptions.Config();
        var data = CommonOptions.Data();
        var command = new Command("serve", "Run the server (without a configuration: proxyDHCP on the private networks of this machine)")
        {
            config, data,
            new Option<bool>("--no-install") { Description = "Install nothing by apt-get (read by ./cordwain)." },
            new Option<bool>("--no-web") { Description = "Start no web page (there is none yet)." },
        };
        command.SetAction((parsed, stop) => Serve(CommonOptions.ConfigFile(parsed.GetValue(config)), parsed.GetValue(data)!, stop));
        return command;
    }

    static async Task<int> Serve(string? file, DirectoryInfo data, CancellationToken stop)
    {
        // System.CommandLine minds SIGTERM from the moment on at which this method first waits; a start that never waits would not be ended by it.
        await Task.Yield();
        HeapLimit.Enforce();
        var threshold = new LogThreshold();
        await using var logging = new ServiceCollection()
            .AddSingleton(TimeProvider.System)
            .AddSingleton<ConsoleFormatter, PlainConsole>()
            .AddLogging(logs => logs
                .AddConsole(console =>
                {
                    console.LogToStandardErrorThreshold = LogLevel.Trace;
                    console.FormatterName = PlainConsole.FormatterName;
                })
                .SetMinimumLevel(LogLevel.Debug)
                .AddFilter(threshold.Passes))
            .BuildServiceProvider();
        try
        {
            await using var server = await CordwainServer.Start(file, data.FullName, logging.GetRequiredService<ILoggerFactory>(), threshold, stop);
            await Task.Delay(Timeout.Infinite, stop).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            return ExitCode.Success;
        }
        catch (Exception e) when (e is ProblemException or IOException)
        {
            await Console.Error.WriteLineAsync(e.Message);
            return ExitCode.CouldNot;
        }
        catch (OperationCanceledException)
        {
            return ExitCode.Success;
        }
    }
}
