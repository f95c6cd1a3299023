using Cordwain.Management.Import.Draft;
using Cordwain.Protocols.Wire;

namespace Cordwain.Management.Import.Dhcpd;

/// <summary>A scope: its statements hold for what is declared in it.</summary>
sealed class DhcpdScope(DhcpdScope? parent, string kind)
{
    public DhcpdScope? Parent => parent;
    public string Kind => kind;
    public List<DhcpdStatement> Statements { get; } = [];

    /// <summary>From the outermost to this one.</summary>
    public IEnumerable<DhcpdScope> Chain => parent is null ? [this] : [.. parent.Chain, this];
}

sealed record DhcpdSubnet(Ipv4Network Network, string? Shared, DhcpdScope Scope, ImportPlace Place)
{
    public List<AddressRange> Ranges { get; } = [];

    /// <summary>Of each <c>pool</c>, in order.</summary>
    public List<DhcpdScope> Pools { get; } = [];
}

sealed record DhcpdHost(string Name, DhcpdScope Scope, ImportPlace Place)
{
    public MacAddress? Mac { get; set; }
    public string? ClientId { get; set; }
    public List<Ipv4Address> Addresses { get; } = [];
}

/// <param name="When">Null when the class has members by subclass only.</param>
sealed record DhcpdClass(string Name, ImportCondition? When, DhcpdScope Scope, ImportPlace Place);

/// <summary>The declarations of one file.</summary>
sealed class DhcpdTree
{
    public DhcpdScope Global { get; } = new(null, "global");
    public List<DhcpdSubnet> Subnets { get; } = [];
    public List<DhcpdHost> Hosts { get; } = [];
    public List<DhcpdClass> Classes { get; } = [];
}
