using Cordwain.Boot.Catalog;
using Cordwain.Boot.Decisions;
using Cordwain.Boot.Machines;
using Cordwain.Boot.Templates;

namespace Cordwain.Boot.Menus;

/// <summary>For whom a menu is made, and in which dialect.</summary>
/// <param name="Machine">The operator's entry for the machine; null: it has none.</param>
public sealed record MenuScope(BootRequest Request, BootCatalog Catalog, MachineDefinition? Machine, MenuDialect Dialect)
{
    /// <summary>What the machine is: the operator's word goes before its own. A loader that never said is taken for what its dialect runs on most.</summary>
    public ClientArchitecture? Architecture => Machine?.Architecture ?? Request.Architecture;

    internal bool Holds(BootCondition condition) => BootConditions.Holds(condition, Request);

    internal MenuStation Station => new(
        Architecture?.Platform ?? Platform.Unknown,
        Architecture?.Cpu ?? Cpu.Unknown,
        TemplateScope.HttpBase(Request.Server, Catalog.HttpPort));

    internal TemplateScope Variables => field ??= TemplateScope.For(Request, Catalog, Machine);
}
