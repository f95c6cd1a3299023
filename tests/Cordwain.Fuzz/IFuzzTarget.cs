namespace Cordwain.Fuzz;

/// <summary>One parser under attack. Implementations are found by themselves: adding a file under <c>Targets</c> is all it takes.</summary>
public interface IFuzzTarget
{
    /// <summary>What the command line calls it: the protocol and the parser, <c>dhcp4-message</c>.</summary>
    string Name { get; }

    /// <summary>Folders with inputs to begin with, relative to <c>tests/</c>. Those that do not exist are passed over.</summary>
    IReadOnlyList<string> Corpora { get; }

    /// <summary>Words of the format, mixed into the inputs.</summary>
    IReadOnlyList<byte[]> Words => [];

    /// <summary>The longest input that makes sense.</summary>
    int LongestInput => 4096;

    /// <summary>Inputs in one file of a corpus: the file itself, unless it is a container.</summary>
    IEnumerable<byte[]> Read(string path) => [File.ReadAllBytes(path)];

    /// <summary>Feeds one input. Any exception is a crash; throw one, too, when a promise about the result does not hold.</summary>
    /// <returns>A number for the kind of outcome. Inputs with a new outcome join the corpus, so a telling number makes the search deeper.</returns>
    int Run(ReadOnlySpan<byte> input);
}
