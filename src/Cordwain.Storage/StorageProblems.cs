using Cordwain.Management;

namespace Cordwain.Storage;

/// <summary>What can be wrong with the data folder. The codes are public, each with its page in docs/errors.</summary>
static class StorageProblems
{
    public static Problem FolderInUse(string folder) => new(
        "CW2301", Severity.Error, $"The data folder {folder} is used by another running Cordwain.",
        "Stop the other one, or give this one a data folder of its own.")
    { File = folder };

    public static Problem FolderUnusable(string folder, string why) => new(
        "CW2302", Severity.Error, $"The data folder {folder} cannot be used: {why}",
        "Make it writable for the user that Cordwain runs as, or name another folder.")
    { File = folder };

    public static Problem Damaged(string file, string finding) => new(
        "CW2303", Severity.Error, $"The store {file} is damaged: {finding}",
        "Stop Cordwain, keep a copy, and restore the file from a backup or save what reads with 'sqlite3 FILE .recover'; Cordwain does not start with an empty store in its place.")
    { File = file };

    public static Problem TooNew(string file, int number) => new(
        "CW2304", Severity.Error, $"The store {file} was written by a newer Cordwain (its version {number} is not known here).",
        "Run the newer Cordwain, or restore the store from a backup made before the upgrade.")
    { File = file };

    public static Problem MigrationChanged(string file, int number) => new(
        "CW2305", Severity.Error, $"The store {file} was made with another text of its version {number}.",
        "The file comes from a development build; use the build that made it, or move the file away.")
    { File = file };

    public static Problem UnreadableRow(string file, string row, string why) => new(
        "CW2306", Severity.Warning, $"A row of {file} does not read and is left out: {row}: {why}.",
        "Nothing needs to be done; the row is replaced when its address is given again.")
    { File = file };

    public static Problem CannotOpen(string file, string why) => new(
        "CW2307", Severity.Error, $"The store {file} cannot be opened: {why}.",
        "Look for room and rights on the disk that holds it.")
    { File = file };

    public static Problem Empty(string file) => new(
        "CW2308", Severity.Warning, $"The store {file} was there, but without any content; Cordwain begins a new one.",
        "When Cordwain was stopped during its very first start, all is well; otherwise restore the file from a backup.")
    { File = file };

    public static Problem JournalSetAside(string file, string to) => new(
        "CW2309", Severity.Warning, $"The boot journal {file} was damaged; it lies in {to} now, and a new one has begun.",
        "Nothing needs to be done; delete the old file when nobody wants to look at it.")
    { File = file };

    public static Problem LogDamaged(string file, string finding, string aside) => new(
        "CW2310", Severity.Error, $"The log of the store {file} is damaged: {finding}. Cordwain starts from what is intact; addresses that were given last may be missing.",
        $"Leave probing on, so that they are not given again while in use; or stop Cordwain and restore the store from a backup. The damaged log is kept as {aside}; look at the disk.")
    { File = file };

    public static Problem Missing(string file) => new(
        "CW2311", Severity.Warning, $"The store {file} is not there or has nothing in it, though this data folder was used before; Cordwain begins a new one.",
        "When it was taken away on purpose, all is well; otherwise stop Cordwain and restore the file, with its -wal, from a backup.")
    { File = file };
}
