using System.Text;

namespace Cordwain.Management.Check.Scripts;

/// <summary>A word of a script and where it stands.</summary>
readonly record struct ScriptWord(string Text, int Line, int Column)
{
    /// <summary>Its value is known only while the script runs.</summary>
    public bool IsDynamic => Text.Contains("${", StringComparison.Ordinal);
}

/// <summary>A script cut up as iPXE does it (src/image/script.c, src/core/exec.c).</summary>
/// <param name="Commands">The words of each command; never empty.</param>
/// <param name="Labels">In the order of the script.</param>
sealed record IpxeScript(List<ScriptWord[]> Commands, List<ScriptWord> Labels)
{
    public static IpxeScript Read(string text)
    {
        var script = new IpxeScript([], []);
        var words = new List<ScriptWord>();
        var lines = text.Split('\n');
        for (var i = 0; i < lines.Length; i++)
        {
            var line = lines[i].TrimEnd('\r');
            var joins = line.EndsWith('\\');
            words.AddRange(Words(joins ? line[..^1] : line, i + 1));
            if (joins && i + 1 < lines.Length)
                continue;   // the blank that begins the next line separates its first word; without one iPXE joins two words, as hardly anybody means

            script.Add(words);
            words.Clear();
        }

        return script;
    }

    void Add(List<ScriptWord> words)
    {
        if (words.Count > 0 && words[0].Text[0] == ':')
        {
            Labels.Add(words[0] with { Text = words[0].Text[1..] });
            words.RemoveAt(0);
        }

        var command = new List<ScriptWord>();
        foreach (var word in words)
        {
            if (word.Text[0] == '#')
                break;
            if (word.Text is "||" or "&&" or ";")
                End();
            else
                command.Add(word);
        }

        End();

        void End()
        {
            if (command.Count > 0)
                Commands.Add([.. command]);
            command.Clear();
        }
    }

    static IEnumerable<ScriptWord> Words(string line, int number)
    {
        var word = new StringBuilder();
        for (var i = 0; i <= line.Length; i++)
        {
            if (i < line.Length && line[i] is not (' ' or '\t' or '\v' or '\f' or '\r'))
            {
                word.Append(line[i]);
                continue;
            }

            if (word.Length > 0)
                yield return new(word.ToString(), number, i - word.Length + 1);
            word.Clear();
        }
    }
}
