using Cordwain.Boot.Decisions;

namespace Cordwain.Content.Folders;

/// <summary>What asking a folder for a name came to.</summary>
/// <param name="Content">Null: not found, or refused. The caller disposes it.</param>
/// <param name="Refusal">Why a name that is there is not served; null when it is, or when it is not there.</param>
public readonly record struct FolderOpening(BootContent? Content, string? Refusal)
{
    public static FolderOpening NotFound => default;

    /// <summary>The file lies under the very name that was asked for: no link was followed, no other spelling taken.</summary>
    public bool IsExact { get; init; }

    /// <summary>What the trace says of it; null: where it was found.</summary>
    public TraceStep? Step { get; init; }
}
