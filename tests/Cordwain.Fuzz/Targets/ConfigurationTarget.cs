using Cordwain.Management;
using Cordwain.Management.Configuration;

namespace Cordwain.Fuzz.Targets;

/// <summary>Any bytes as cordwain.yaml: a catalog, or problems that have a place. Nothing in between.</summary>
public sealed class ConfigurationTarget : IFuzzTarget
{
    static readonly ConfigurationInputs Inputs = new() { FolderExists = _ => true };

    public string Name => "configuration";

    public IReadOnlyList<string> Corpora => ["Cordwain.Fuzz/corpus/configuration"];

    public IReadOnlyList<byte[]> Words =>
        FuzzWords.Of("networks:\n", "  subnet: 10.0.0.0/24\n", "dhcp: server", "pool: ", "images:\n", "kernel: ", "rules:\n  - when: ", "machines:\n", "menu:\n", "entries: [", "&a ", "*a", "<<: ", "!!int ", "{{ ", "\"", "'", "|\n", "? ");

    public int Run(ReadOnlySpan<byte> input)
    {
        var result = ConfigurationLoader.Read(input, "cordwain.yaml", Inputs);
        if (result.Holds == result.Problems.Any(problem => problem.Severity == Severity.Error))
            throw new InvalidOperationException("errors and a catalog at once, or neither");
        foreach (var problem in result.Problems.Where(problem => problem.Line < 1))
            throw new InvalidOperationException($"no place: {problem}");
        return result.Problems.IsEmpty ? 0 : string.GetHashCode(result.Problems[0].Code, StringComparison.Ordinal);
    }
}
