namespace Cordwain.Content.Mirrors;

/// <summary>A remote file cannot be had.</summary>
/// <param name="code">Public: each has a page <c>docs/errors/CW70xx.md</c>.</param>
/// <param name="message">What happened, without the code.</param>
public sealed class MirrorException(string code, string message, Exception? inner = null) : IOException($"{code}: {message}", inner)
{
    public string Code => code;

    /// <summary>Trying again may help: the mirror was busy, or the line broke.</summary>
    public bool IsTransient { get; init; }
}
