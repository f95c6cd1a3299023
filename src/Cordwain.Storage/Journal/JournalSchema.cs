namespace Cordwain.Storage.Journal;

/// <summary>The layout of journal.db. Times are ticks of 100 ns since the year 1, UTC, so that <c>explain</c> sees what the server saw.</summary>
/// <remarks>A segment holds the events of some moments, and how their boots stood at its end; <c>given_before</c> is the highest number given to a boot before it.</remarks>
static class JournalSchema
{
    public static readonly Migration[] Migrations =
    [
        new(1, "boots", 1,
            """
            CREATE TABLE boot (
                id INTEGER PRIMARY KEY AUTOINCREMENT,
                mac INTEGER,
                uuid TEXT,
                serial TEXT,
                address TEXT,
                firmware TEXT,
                started INTEGER NOT NULL,
                last INTEGER NOT NULL,
                events INTEGER NOT NULL,
                bytes INTEGER NOT NULL,
                stage TEXT NOT NULL
            ) STRICT
            """,
            """
            CREATE TABLE event (
                id INTEGER PRIMARY KEY,
                boot INTEGER NOT NULL,
                at INTEGER NOT NULL,
                kind INTEGER NOT NULL,
                body TEXT NOT NULL,
                request BLOB,
                reply BLOB
            ) STRICT
            """,
            "CREATE INDEX event_of_boot ON event (boot, id)",
            "CREATE INDEX boot_of_mac ON boot (mac)",
            "CREATE INDEX boot_of_uuid ON boot (uuid)"),

        // Many events in a row, and no index to keep: what is written once a second and read by people now and then.
        // The tables of the first layout stay: what they hold is read until newer boots need the room.
        new(2, "segments", 1,
            """
            CREATE TABLE segment (
                id INTEGER PRIMARY KEY,
                first_boot INTEGER NOT NULL,
                last_boot INTEGER NOT NULL,
                given_before INTEGER NOT NULL,
                boots BLOB NOT NULL,
                events BLOB NOT NULL
            ) STRICT
            """),
    ];
}
