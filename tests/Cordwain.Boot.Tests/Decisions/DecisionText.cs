using System.Collections.Immutable;
using Cordwain.Boot.Decisions;
using Cordwain.Protocols.Dhcp4;

namespace Cordwain.Boot.Tests.Decisions;

static class DecisionText
{
    public static string Of(BootDecision decision) => decision switch
    {
        BootDecision.LoadFile file => $"load {file.File} from {file.ServerName ?? file.NextServer.ToString()}, {file.Style}{Options(file.Options)}",
        BootDecision.AttachDisk disk => $"attach {disk.RootPath} as {disk.InitiatorName}{Options(disk.Options)}",
        BootDecision.Ignore ignore => $"ignore{(ignore.NextServer is { } server ? $", next server {server}" : "")}{Options(ignore.Options)}",
        BootDecision.Serve serve => string.Join('\n', serve.Candidates.Select(Of)),
        _ => decision.ToString(),
    };

    static string Of(ContentCandidate candidate) => candidate switch
    {
        ContentCandidate.FolderFile file => $"folder {file.Path}",
        ContentCandidate.LoaderFile loader => $"loader {loader.Name}",
        ContentCandidate.RenderedMenu menu => $"menu for {menu.Dialect}",
        ContentCandidate.RenderedEntry entry => $"{entry.Image.Name} for {entry.Dialect}",
        ContentCandidate.RemoteFile remote => $"mirror {remote.File.Location}",
        ContentCandidate.MenuEntry entry => $"{entry.Name} of the menu",
        ContentCandidate.UBootScript => "U-Boot's script",
        _ => candidate.ToString(),
    };

    static string Options(ImmutableArray<DhcpOptionValue> options) => string.Concat(options.Select(option => option.SubCode is { } sub
        ? $"\n  {option.Code}.{sub} {DhcpOptionTable.Format(option.Code, sub, option.Payload.Span)}"
        : $"\n  {option.Code} {DhcpOptionTable.Format(option.Code, option.Payload.Span)}"));
}
