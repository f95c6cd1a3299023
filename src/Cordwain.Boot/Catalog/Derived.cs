namespace Cordwain.Boot.Catalog;

/// <summary>Something that a record works out from its other parts when it is first wanted: no part of its value, so two records are equal with or without it.</summary>
/// <remarks>A copy made by <c>with</c> takes it along: whoever reads it checks that it was made from the parts that are there now.</remarks>
struct Derived<T> : IEquatable<Derived<T>>
    where T : class
{
    public T? Value;

    public readonly bool Equals(Derived<T> other) => true;

    public override readonly bool Equals(object? obj) => obj is Derived<T>;

    public override readonly int GetHashCode() => 0;
}
