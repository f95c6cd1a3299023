namespace Cordwain.Storage.Tests;

/// <summary>The tests, or with <c>--child</c> the process that some of them start in order to kill it.</summary>
public static class Program
{
    public static async Task<int> Main(string[] args) => args switch
    {
        ["--child", "commit", var path, var first, var last] => LeaseWriterChild.Run(path, Number(first), Number(last)),
        ["--child", "open", var folder] => LeaseWriterChild.Open(folder),
        ["--child", "upgrade", var store, var path] => StoreUpgradeTests.Upgrade(store, path),
        _ when args.Any(arg => arg is "--server" or "--internal-msbuild-node") =>
            await Xunit.MicrosoftTestingPlatform.TestPlatformTestFramework.RunAsync(args, SelfRegisteredExtensions.AddSelfRegisteredExtensions),
        _ => await Xunit.Runner.InProc.SystemConsole.ConsoleRunner.Run(args),
    };

    static int Number(string text) => int.Parse(text, System.Globalization.CultureInfo.InvariantCulture);
}
