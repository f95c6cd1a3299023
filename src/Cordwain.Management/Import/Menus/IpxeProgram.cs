namespace Cordwain.Management.Import.Menus;

/// <summary>A command of a script.</summary>
/// <param name="Link">What stands between it and the one before: <c>&amp;&amp;</c>, <c>||</c>, or nothing.</param>
sealed record IpxeStep(string[] Words, string Link, ImportPlace Place)
{
    /// <summary>Its line ends with <c>||</c>: whatever comes of it, the script goes on.</summary>
    public bool MayFail { get; init; }

    public override string ToString() => string.Join(' ', Words) is { Length: > 80 } text ? text[..77] + "..." : string.Join(' ', Words);
}

/// <summary>A script cut up as iPXE does it: words at blanks, commands at <c>||</c>, <c>&amp;&amp;</c> and <c>;</c>, labels at the start of a line.</summary>
sealed class IpxeProgram
{
    public List<IpxeStep> Steps { get; } = [];

    public Dictionary<string, int> Labels { get; } = new(StringComparer.Ordinal);

    public static IpxeProgram Read(string text, string file)
    {
        var program = new IpxeProgram();
        var (number, first, words) = (0, 0, new List<string>());
        foreach (var raw in text.Split('\n'))
        {
            number++;
            var line = raw.TrimEnd('\r');
            var joins = line.EndsWith('\\');
            if (words.Count == 0)
                first = number;
            words.AddRange((joins ? line[..^1] : line).Split([' ', '\t', '\v', '\f', '\r'], StringSplitOptions.RemoveEmptyEntries));
            if (joins)
                continue;
            program.Add(words, new(file, first));
            words.Clear();
        }

        program.Add(words, new(file, first));
        return program;
    }

    void Add(List<string> words, ImportPlace place)
    {
        if (words.Count > 0 && words[0][0] == ':')
        {
            Labels.TryAdd(words[0][1..], Steps.Count);
            words.RemoveAt(0);
        }

        var (command, link) = (new List<string>(), "");
        foreach (var word in words)
        {
            if (word[0] == '#')
                break;
            if (word is not ("||" or "&&" or ";"))
            {
                command.Add(word);
                continue;
            }

            Take();
            link = word == ";" ? "" : word;
        }

        if (command.Count == 0 && link == "||" && Steps.Count > 0)
            Steps[^1] = Steps[^1] with { MayFail = true };
        Take();

        void Take()
        {
            if (command.Count > 0)
                Steps.Add(new([.. command], link, place));
            command.Clear();
        }
    }
}
