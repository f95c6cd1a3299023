using Cordwain.Boot.Catalog;
using Cordwain.Boot.Decisions;
using Cordwain.Boot.Machines;
using Cordwain.Content;

namespace Cordwain.Hosting;

/// <summary>Joins reads by TFTP and HTTP to the one decision.</summary>
static class BootReads
{
    public static (BootRequest Request, BootOutcome Outcome) Decide(FileRequest read, string name, IMachineDirectory machines, BootCatalog catalog)
    {
        var question = new ReadQuestion(read.Channel, read.Client, read.Server, name) { Query = read.Query, UserAgent = read.UserAgent };
        var request = BootRequest.FromRead(question, question.Sighted(machines), catalog);
        return (request, BootDecider.Decide(request, catalog));
    }
}
