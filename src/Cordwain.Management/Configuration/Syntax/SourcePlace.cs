namespace Cordwain.Management.Configuration.Syntax;

/// <summary>Where something was written.</summary>
/// <param name="Source">The file as it was named, or the variable or flag that said it.</param>
/// <param name="Line">From 1; 0: not in a file.</param>
/// <param name="Column">From 1; 0: not in a file.</param>
readonly record struct SourcePlace(string Source, int Line, int Column)
{
    public override string ToString() => Line == 0 ? Source : $"{Source}:{Line}:{Column}";
}

/// <summary>A value with the place where it was written.</summary>
readonly record struct Placed<T>(T Value, SourcePlace Place);
