namespace Cordwain.Storage.Leases;

/// <summary>The layout of leases.db. Times are milliseconds since 1970, UTC; no <c>expires</c>: for ever. Addresses and MACs are numbers.</summary>
static class LeaseSchema
{
    public static readonly Migration[] Migrations =
    [
        new(1, "bindings", 1, """
            CREATE TABLE binding (
                address INTEGER PRIMARY KEY,
                client BLOB NOT NULL,
                mac INTEGER,
                state INTEGER NOT NULL,
                since INTEGER NOT NULL,
                expires INTEGER,
                host_name TEXT,
                vendor_class TEXT
            ) STRICT
            """),
    ];
}
