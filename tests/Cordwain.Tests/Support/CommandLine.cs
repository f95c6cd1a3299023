using System.Diagnostics;
using System.Runtime.CompilerServices;

namespace Cordwain.Tests.Support;

/// <summary>What a run of the program left.</summary>
sealed record CommandResult(int ExitCode, string Output, string Error);

/// <summary>Runs the real program, as a user does.</summary>
static class CommandLine
{
    static readonly TimeSpan Limit = TimeSpan.FromSeconds(60);

    /// <summary>The program as people run it, compiled ahead, when <c>./test</c> runs all; else the one that was built with these tests.</summary>
    public static string Program { get; } = Environment.GetEnvironmentVariable("PROGRAM_UNDER_TEST") ?? Path.Combine(AppContext.BaseDirectory, "cordwain");

    public static string Repository { get; } = FindRepository();

    /// <param name="folder">Where it is run; a place without a configuration.</param>
    public static async Task<CommandResult> Run(string folder, params string[] arguments)
    {
        var start = new ProcessStartInfo(Program, arguments)
        {
            WorkingDirectory = folder,
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        foreach (var name in start.Environment.Keys.Where(name => name.StartsWith("CORDWAIN_", StringComparison.Ordinal)).ToArray())
            start.Environment.Remove(name);
        start.Environment["DOTNET_CLI_UI_LANGUAGE"] = "en";
        using var process = Process.Start(start)!;
        process.StandardInput.Close();
        var output = process.StandardOutput.ReadToEndAsync();
        var error = process.StandardError.ReadToEndAsync();
        using var limit = new CancellationTokenSource(Limit);
        try
        {
            await process.WaitForExitAsync(limit.Token);
        }
        catch (OperationCanceledException)
        {
            process.Kill(entireProcessTree: true);
            throw new TimeoutException($"cordwain {string.Join(' ', arguments)} did not end:\n{await output}{await error}");
        }

        return new(process.ExitCode, await output, await error);
    }

    static string FindRepository([CallerFilePath] string here = "") => Path.GetFullPath(Path.Combine(Path.GetDirectoryName(here)!, "../../.."));
}
