using Cordwain.Boot.Journal;
using Cordwain.Protocols.Wire;
using Microsoft.Data.Sqlite;

namespace Cordwain.Storage.Journal;

/// <summary>A boot as a row of <c>boot</c>, as journals of the first layout have it.</summary>
static class BootRow
{
    public const string Columns = "id, mac, uuid, serial, address, firmware, started, last, events, bytes, stage";

    public static BootTimeline Read(SqliteDataReader row) => new(
        row.GetInt64(0),
        new(
            row.IsDBNull(1) ? null : new MacAddress((ulong)row.GetInt64(1) & 0xFFFF_FFFF_FFFF),
            Guid.TryParse(Text(row, 2), out var uuid) ? uuid : null,
            Text(row, 3)),
        Time(row.GetInt64(6)))
    {
        Address = Ipv4Address.TryParse(Text(row, 4), out var address) ? address : default,
        Firmware = Text(row, 5),
        Last = Time(row.GetInt64(7)),
        Events = (int)Math.Clamp(row.GetInt64(8), 0, int.MaxValue),
        Bytes = row.GetInt64(9),
        Stage = row.GetString(10),
    };

    public static DateTimeOffset Time(long ticks) => new(Math.Clamp(ticks, 0, DateTime.MaxValue.Ticks), TimeSpan.Zero);

    static string? Text(SqliteDataReader row, int column) => row.IsDBNull(column) ? null : row.GetString(column);
}
