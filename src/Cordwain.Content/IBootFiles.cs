using System.Collections.Immutable;
using Cordwain.Boot.Decisions;
using Cordwain.Boot.Machines;
using Cordwain.Protocols.Wire;

namespace Cordwain.Content;

/// <summary>Answers a name asked by TFTP or HTTP: decides, then opens. The one way by which both protocols reach files, menus and mirrors.</summary>
public interface IBootFiles
{
    ValueTask<OpenedFile> OpenAsync(FileRequest request, CancellationToken cancellationToken);
}

/// <summary>A read as the protocol saw it.</summary>
/// <param name="Channel"><see cref="BootChannel.Tftp"/> or <see cref="BootChannel.Http"/>.</param>
/// <param name="Client">The machine's address.</param>
/// <param name="Server">The address it asked.</param>
/// <param name="Name">As it came: any slashes, any case; percent-decoded in HTTP, without the query.</param>
public sealed record FileRequest(BootChannel Channel, Ipv4Address Client, Ipv4Address Server, string Name)
{
    /// <summary>The query of an HTTP request, decoded; iPXE's scripts send <c>mac</c>, <c>uuid</c>, <c>serial</c> in it.</summary>
    public ImmutableDictionary<string, string> Query { get; init; } = ImmutableDictionary<string, string>.Empty;

    /// <summary>The User-Agent header; empty in TFTP.</summary>
    public string UserAgent { get; init; } = "";
}

/// <summary>What a name led to.</summary>
/// <param name="Content">Null: not found. The caller disposes it.</param>
/// <param name="Machine">Who asked, as far as is known.</param>
/// <param name="ContentType">MIME type for HTTP.</param>
public sealed record OpenedFile(BootContent? Content, MachineIdentity Machine, string ContentType, ImmutableArray<TraceStep> Trace)
{
    /// <summary>A reason other than plain absence (a name outside the folder, a broken mirror); null otherwise.</summary>
    public string? Refusal { get; init; }

    /// <summary>Where the answer may be kept and given again: what it rests on; null where every request must ask anew.</summary>
    public AnswerBasis? Basis { get; init; }
}
