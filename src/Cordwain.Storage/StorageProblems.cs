using Cordwain.Boot.Leases;
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
        $"Cordwain does not start with an empty store in its place. Keep a copy: cp -a {Quoted(System.IO.Path.GetDirectoryName(file)!)} {Quoted(System.IO.Path.GetDirectoryName(file) + ".damaged")}. "
        + $"Then restore {file} with its -wal from a backup, or save what reads (it prints how many rows, and replaces nothing when there are none): {Rescue(file)}")
    { File = file };

    /// <summary>A log without its database. The sqlite3 program must not be let near it: it deletes such a log as SQLite does.</summary>
    public static Problem LogAlone(string file) => new(
        "CW2303", Severity.Error, $"The store {file} is damaged: it is missing or empty, while its log {file}-wal is there",
        $"Cordwain does not start with an empty store in its place. Put {System.IO.Path.GetFileName(file)} back where it was, or restore it with its -wal from a backup; until then open it with no other program: that would delete the log.")
    { File = file };

    public static Problem TooNew(string file, int number) => new(
        "CW2304", Severity.Error, $"The store {file} was written by a newer Cordwain (its version {number} is not known here).",
        "Run the newer Cordwain, or restore the store from a backup made before the upgrade.")
    { File = file };

    public static Problem MigrationChanged(string file, int number) => new(
        "CW2305", Severity.Error, $"The store {file} was made with another text of its version {number}.",
        "The file comes from a development build; use the build that made it, or move the file away.")
    { File = file };

    /// <param name="kept">What is taken for it; null: nothing.</param>
    public static Problem UnreadableBinding(string file, long address, LeaseBinding? kept, string why) => new(
        "CW2306", Severity.Warning,
        kept is null ? $"A row of {file} does not read and is left out: address {address}: {why}."
        : kept.State == BindingState.Released ? $"A row of {file} does not read: address {kept.Address}: {why}. The address was given back, so whoever asks next may get it."
        : kept.Expires == DateTimeOffset.MaxValue ? $"A row of {file} does not read: address {kept.Address}: {why}. Somebody may hold the address, so nobody else gets it."
        : $"A row of {file} does not read: address {kept.Address}: {why}. Somebody may hold the address, so nobody else gets it until {kept.Expires:u}; once that is past, whoever asks next may get it.",
        $"Look at the disk. To have the address given again, stop Cordwain and run: sqlite3 {Quoted(file)} 'DELETE FROM binding WHERE address = {address}'")
    { File = file };

    public static Problem CannotOpen(string file, string why) => new(
        "CW2307", Severity.Error, $"The store {file} cannot be opened: {why}.",
        "Look for room and rights on the disk that holds it, and for another program that has it open.")
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

    public static Problem LogNotMoved(string file, string why) => new(
        "CW2313", Severity.Warning, $"The log of the store {file} cannot be moved into it: {why}. Nothing is lost, and what comes is stored; but the log grows until it can.",
        "Look for room and quotas. If the disk has errors, do not start again on it: stop, copy the data folder to another disk, and start with that.")
    { File = file };

    public static Problem Missing(string file) => new(
        "CW2311", Severity.Warning, $"The store {file} is not there or has nothing in it, though this data folder was used before; Cordwain begins a new one.",
        "When it was taken away on purpose, all is well; otherwise stop Cordwain and restore the file, with its -wal, from a backup.")
    { File = file };

    // .recover of sqlite3 would save more, but is not in Debian's. An earlier rescue must not be mixed with this one. Without the store's own rows, or the
    // mark of its layout, grep lets nothing pass and stops all; cat leaves owner and rights as they were.
    static string Rescue(string file)
    {
        var (damaged, saved) = (Quoted(file), Quoted(file + ".saved"));
        return $"rm -f {saved} && (umask 077; sqlite3 {damaged} .dump | sed 's/^ROLLBACK.*/COMMIT;/' | sqlite3 {saved}); "
            + $"sqlite3 {saved} 'SELECT count(*) FROM {TableOf(file)} WHERE EXISTS (SELECT * FROM schema_version)' | grep -vx 0 "
            + $"&& cat {saved} > {damaged} && rm -f {Quoted(file + WriteAheadLog.Ending)} {Quoted(file + "-shm")} {saved}";
    }

    // The journal is never refused: a damaged one is set aside.
    static string TableOf(string file) => System.IO.Path.GetFileName(file) == "objects.db" ? "once_used" : "binding";

    static string Quoted(string word) =>
        word.All(c => char.IsAsciiLetterOrDigit(c) || c is '/' or '.' or '-' or '_') ? word : $"'{word.Replace("'", @"'\''", StringComparison.Ordinal)}'";
}
