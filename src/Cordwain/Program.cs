using System.CommandLine;
using Cordwain.Commands;
using Cordwain.Commands.Check;
using Cordwain.Commands.Explain;

var root = new RootCommand("Boots machines over the network: DHCP or proxyDHCP, TFTP, HTTP, menus, and the reasons for every answer.")
{
    ServeCommand.Create(),
    DemoCommand.Create(),
    CheckCommand.Create(),
    BootsCommand.Create(),
    ExplainCommand.Create(),
    ImportCommand.Create(),
    LeasesCommand.Create(),
    ReloadCommand.Create(),
    StormCommand.Create(),
};

var parsed = root.Parse(args.Length == 0 ? ["--help"] : args);
if (parsed.Errors.Count > 0)
{
    UsageErrors.Print(parsed, Console.Error);
    return ExitCode.CouldNot;
}

try
{
    return await parsed.InvokeAsync(new InvocationConfiguration { EnableDefaultExceptionHandler = false });
}
catch (NoServerException e)
{
    Console.Error.WriteLine(e.Message);
    return ExitCode.NoServer;
}
