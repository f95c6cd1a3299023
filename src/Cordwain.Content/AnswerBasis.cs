namespace Cordwain.Content;

/// <summary>What an answer rests on. Whoever keeps the answer asks here, and looks at the file, before giving it again.</summary>
/// <param name="path">The file; no part of it below <paramref name="root"/> was a link when it was opened.</param>
/// <param name="root">The folder that holds it.</param>
/// <param name="holds">Whether decision and sources are still the same.</param>
public sealed class AnswerBasis(string path, string root, Func<bool> holds)
{
    public string Path { get; } = path;

    public string Root { get; } = root;

    /// <summary>The same question, asked now, would lead to the same path. Does not look at the file itself.</summary>
    public bool Holds() => holds();
}
