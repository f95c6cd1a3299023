using Cordwain.Management;

namespace Cordwain.Server.Hosting;

/// <summary>A failure that the operator can mend; <see cref="Problem"/> says how.</summary>
public sealed class ProblemException(Problem problem, Exception? inner = null) : Exception(problem.ToString(), inner)
{
    public Problem Problem { get; } = problem;
}
