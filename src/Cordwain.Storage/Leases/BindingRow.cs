using Cordwain.Boot.Leases;
using Cordwain.Protocols.Wire;

namespace Cordwain.Storage.Leases;

/// <summary>A binding as a row. Reading believes nothing: a row that another program or a bad disk made must not stop the server.</summary>
static class BindingRow
{
    public const string Columns = "address, client, mac, state, since, expires, host_name, vendor_class";

    /// <summary>The binding of a row. What does not read of it is taken so that nobody gets the address who may not hold it.</summary>
    /// <param name="before">The binding of the row before: most machines of a network send the same vendor class.</param>
    /// <param name="why">What is wrong with the row; null: nothing.</param>
    /// <returns>Null when it has no address.</returns>
    public static LeaseBinding? Read(SqliteRows row, LeaseBinding? before, out string? why)
    {
        var address = row.Integer(0);
        var client = row.Bytes(1);
        var mac = row.Integer(2);
        var state = row.Integer(3);
        var since = row.Integer(4);
        var expires = row.Integer(5);
        var (isClient, isMac, isState) = (client is [0 or 1, _, ..], mac is >= 0 and <= 0xFFFF_FFFF_FFFF, IsState(state));
        why = address is <= 0 or > uint.MaxValue ? "no IPv4 address"
            : !isClient ? "no client"
            : !isMac ? "no MAC address"
            : !isState ? "unknown state"
            : !IsTime(since) || !IsTime(expires) ? "no time"
            : null;
        if (address is <= 0 or > uint.MaxValue)
            return null;

        return new(
            new((uint)address), isClient ? ClientKey.FromStored(client) : Nobody(address),
            !isMac || (mac == 0 && row.IsNull(2)) ? null : new MacAddress((ulong)mac), isState ? (BindingState)(byte)state : BindingState.Bound,
            DateTimeOffset.FromUnixTimeMilliseconds(IsTime(since) ? since : 0),
            !IsTime(expires) || (expires == 0 && row.IsNull(5)) ? DateTimeOffset.MaxValue : DateTimeOffset.FromUnixTimeMilliseconds(expires))
        {
            HostName = row.Text(6, before?.HostName),
            VendorClass = row.Text(7, before?.VendorClass),
        };
    }

    /// <summary>Gives a statement its eight values, in the order of <see cref="Columns"/>.</summary>
    public static void Write(LeaseBinding binding, SqliteStatement to)
    {
        to.Set(1, binding.Address.Value);
        to.Set(2, binding.Client.Bytes);
        if (binding.Mac is { } mac)
            to.Set(3, (long)mac.Value);
        else
            to.SetNull(3);
        to.Set(4, (long)binding.State);
        to.Set(5, binding.Since.ToUnixTimeMilliseconds());
        if (binding.Expires == DateTimeOffset.MaxValue)
            to.SetNull(6);
        else
            to.Set(6, Ceiling(binding.Expires));
        to.Set(7, binding.HostName);
        to.Set(8, binding.VendorClass);
    }

    // No lease may look shorter after a restart than its client was told.
    static long Ceiling(DateTimeOffset end) =>
        end.ToUnixTimeMilliseconds() + (end.Ticks % TimeSpan.TicksPerMillisecond == 0 ? 0 : 1);

    static bool IsState(long state) => state is >= 0 and <= byte.MaxValue && Enum.IsDefined((BindingState)(byte)state);

    // Hardware type 0 is reserved (RFC 5494), so that no client is taken for the holder.
    static ClientKey Nobody(long address) => ClientKey.OfHardware(0, [(byte)(address >> 24), (byte)(address >> 16), (byte)(address >> 8), (byte)address]);

    static bool IsTime(long milliseconds) => milliseconds is >= 0 and <= LastTime;

    // 9999-12-31.
    const long LastTime = 253_402_214_400_000;
}
