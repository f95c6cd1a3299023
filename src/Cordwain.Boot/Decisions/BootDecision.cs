using System.Collections.Immutable;
using Cordwain.Boot.Catalog;
using Cordwain.Boot.Menus;
using Cordwain.Protocols.Dhcp4;
using Cordwain.Protocols.Wire;

namespace Cordwain.Boot.Decisions;

/// <summary>The answer; exactly one of the nested cases.</summary>
public abstract record BootDecision
{
    BootDecision() { }

    /// <summary>No boot information: in DHCP an address may still be given.</summary>
    public sealed record Ignore : BootDecision
    {
        /// <summary>Options of the operator's rules that go out with an address all the same.</summary>
        public ImmutableArray<DhcpOptionValue> Options { get; init; } = [];

        /// <summary>A next server that a rule names without a file; null: none.</summary>
        public Ipv4Address? NextServer { get; init; }
    }

    /// <summary>In DHCP: a file to load next.</summary>
    /// <param name="NextServer">For siaddr, sname and option 66.</param>
    /// <param name="File">A TFTP name, or a whole URL.</param>
    public sealed record LoadFile(Ipv4Address NextServer, string File, AnswerStyle Style) : BootDecision
    {
        /// <summary>A name for sname and option 66 instead of <see cref="NextServer"/>'s dotted quad.</summary>
        public string? ServerName { get; init; }

        /// <summary>Options of rules, iPXE's (175), PXELINUX's (208 to 211) and Raspberry Pi's (43), on top of the network's.</summary>
        public ImmutableArray<DhcpOptionValue> Options { get; init; } = [];

        public bool IsUrl => File.Contains("://", StringComparison.Ordinal);
    }

    /// <summary>In DHCP: a disk on the network, for loaders that need no script (options 17 and 203).</summary>
    public sealed record AttachDisk(string RootPath, string? InitiatorName, ImmutableArray<DhcpOptionValue> Options) : BootDecision;

    /// <summary>In TFTP and HTTP: where the bytes may come from, in order; the first that exists is served, none: not found.</summary>
    public sealed record Serve(ImmutableArray<ContentCandidate> Candidates) : BootDecision;
}

/// <summary>One place where the bytes of a name may be; exactly one of the nested cases.</summary>
public abstract record ContentCandidate
{
    ContentCandidate() { }

    /// <summary>A path below the operator's files folder, matched without regard to case when the exact one is missing.</summary>
    public sealed record FolderFile(string Path) : ContentCandidate;

    /// <summary>A file of the distribution's loader packages, by the name under which it is served.</summary>
    public sealed record LoaderFile(string Name) : ContentCandidate;

    /// <summary>A menu rendered for this machine.</summary>
    public sealed record RenderedMenu(MenuDialect Dialect, MenuDefinition Menu) : ContentCandidate;

    /// <summary>A script that boots one image at once.</summary>
    public sealed record RenderedEntry(MenuDialect Dialect, ImageDefinition Image) : ContentCandidate;

    /// <summary>An entry or sub-menu of this machine's iPXE menu by its name; where the menu protects it, only with the right password.</summary>
    /// <param name="Password">As typed; null: none was given.</param>
    public sealed record MenuEntry(string Name, string? Password) : ContentCandidate
    {
        /// <summary>Without the password: this text reaches logs.</summary>
        public override string ToString() => $"MenuEntry {{ Name = {Name} }}";
    }

    /// <summary>The script that sends U-Boot to its menu.</summary>
    public sealed record UBootScript : ContentCandidate;

    /// <summary>A remote file through the cache.</summary>
    public sealed record RemoteFile(BootFileRef File) : ContentCandidate;
}
