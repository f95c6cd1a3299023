using System.CommandLine;
using Cordwain.Commands;
using Cordwain.Commands.Explain;

var root = new RootCommand("Boots machines over the network: DHCP or proxyDHCP, TFTP, HTTP, menus, and the reasons for every answer.")
{
    ServeCommand.Create(),
    DemoCommand.Create(),
    BootsCommand.Create(),
    ExplainCommand.Create(),
    ImportCommand.Create(),
    LeasesCommand.Create(),
    ReloadCommand.Create(),
};

try
{
    return await root.Parse(args).InvokeAsync(new InvocationConfiguration { EnableDefaultExceptionHandler = false });
}
catch (NoServerException e)
{
    Console.Error.WriteLine(e.Message);
    return ExitCode.NoServer;
}
