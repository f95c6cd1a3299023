namespace Cordwain.Management.Stores;

/// <summary>Remembers which <c>once: true</c> declarations have had their boot. Durable.</summary>
public interface IOnceStore : IDisposable
{
    bool IsUsedUp(string machine, string declarationHash);

    void MarkUsedUp(string machine, string declarationHash, DateTimeOffset at);
}
