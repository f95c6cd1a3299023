using Cordwain.Management;

namespace Cordwain.Storage;

/// <summary>One step of a store's layout. Steps are only ever added: what has been released is on disks.</summary>
/// <param name="Number">From 1, without gaps.</param>
/// <param name="ReadableSince">The oldest number that a program may end at and still use a store that has this step: a step that only adds does not lock older programs out.</param>
sealed record Migration(int Number, string Name, int ReadableSince, params string[] Statements)
{
    /// <summary>SHA-256 of the statements, so that a changed step is noticed.</summary>
    public string Checksum => Fingerprint.Of(string.Join(";\n", Statements).ReplaceLineEndings("\n"));
}
