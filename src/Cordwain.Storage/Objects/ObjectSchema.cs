namespace Cordwain.Storage.Objects;

/// <summary>The layout of objects.db. Times are milliseconds since 1970, UTC.</summary>
static class ObjectSchema
{
    public static readonly Migration[] Migrations =
    [
        new(1, "once", 1, """
            CREATE TABLE once_used (
                machine TEXT NOT NULL,
                declaration TEXT NOT NULL,
                at INTEGER NOT NULL,
                PRIMARY KEY (machine, declaration)
            ) STRICT, WITHOUT ROWID
            """),
    ];
}
