using Cordwain.Protocols.Wire;

namespace Cordwain.Boot.Machines;

/// <summary>What a machine says about who it is. A MAC alone is not a machine: docks and adapters lend theirs to many.</summary>
/// <param name="Mac">The address of the card that asks; null when it is not Ethernet, or not known yet (a TFTP read from a stranger).</param>
/// <param name="Uuid">The SMBIOS UUID as the machine's own tools print it; null when it was not sent or is all zeros or all ones.</param>
/// <param name="Serial">The SMBIOS serial number, known only where a script sends it.</param>
public sealed record MachineIdentity(MacAddress? Mac, Guid? Uuid = null, string? Serial = null)
{
    public static MachineIdentity Unknown { get; } = new((MacAddress?)null);

    public override string ToString() => Mac?.ToString() ?? Uuid?.ToString() ?? Serial ?? "unknown machine";
}
