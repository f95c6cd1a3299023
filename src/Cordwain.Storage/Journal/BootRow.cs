using System.Globalization;
using Cordwain.Boot.Journal;
using Cordwain.Protocols.Wire;
using Microsoft.Data.Sqlite;

namespace Cordwain.Storage.Journal;

/// <summary>A boot as a row of <c>boot</c>.</summary>
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

    public static void Write(BootTimeline boot, SqliteParameterCollection values)
    {
        values[0].Set(boot.Id);
        values[1].Set(boot.Machine.Mac is { } mac ? (long)mac.Value : null);
        values[2].Set(boot.Machine.Uuid?.ToString("D", CultureInfo.InvariantCulture));
        values[3].Set(boot.Machine.Serial);
        values[4].Set(boot.Address.IsAny ? null : boot.Address.ToString());
        values[5].Set(boot.Firmware);
        values[6].Set(boot.Started.UtcTicks);
        values[7].Set(boot.Last.UtcTicks);
        values[8].Set((long)boot.Events);
        values[9].Set(boot.Bytes);
        values[10].Set(boot.Stage);
    }

    public static DateTimeOffset Time(long ticks) => new(Math.Clamp(ticks, 0, DateTime.MaxValue.Ticks), TimeSpan.Zero);

    static string? Text(SqliteDataReader row, int column) => row.IsDBNull(column) ? null : row.GetString(column);
}
