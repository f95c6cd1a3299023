using Cordwain.Management;

namespace Cordwain.Storage;

/// <summary>A store cannot be used, with what the operator can do about it.</summary>
public sealed class StorageException(Problem problem, Exception? inner = null) : IOException(problem.ToString(), inner)
{
    public Problem Problem => problem;
}
