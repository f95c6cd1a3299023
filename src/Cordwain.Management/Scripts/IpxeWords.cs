using Cordwain.Management.Check.Scripts;

namespace Cordwain.Management.Scripts;

/// <summary>The words of a command after its name: options by their long names, and the rest. Options stand before the rest, as iPXE's getopt wants it.</summary>
readonly struct IpxeWords
{
    readonly Dictionary<string, string> _options;

    IpxeWords(Dictionary<string, string> options, string[] plain) => (_options, Plain) = (options, plain);

    public string[] Plain { get; }

    /// <summary>It does not wait for ever.</summary>
    public bool HasTime => this["timeout"] is { } time && time != "0";

    /// <summary>An option's value; empty for one without; null when it is not given.</summary>
    public string? this[string option] => _options.GetValueOrDefault(option);

    public bool Has(string option) => _options.ContainsKey(option);

    public static IpxeWords Read(string[] words)
    {
        IpxeCommand.All.TryGetValue(words[0], out var command);
        var options = new Dictionary<string, string>(StringComparer.Ordinal);
        var next = 1;
        for (; next < words.Length && words[next] is ['-', _, ..] word; next++)
        {
            if (word == "--")
            {
                next++;
                break;
            }

            var equals = word.IndexOf('=', StringComparison.Ordinal);
            var isLetter = word[1] != '-';
            var name = isLetter ? word[..2] : equals < 0 ? word : word[..equals];
            if (command?.Find(name) is not { } option)
                continue;
            options[option.Long] = !option.TakesValue ? ""
                : isLetter && word.Length > 2 ? word[2..]
                : equals >= 0 ? word[(equals + 1)..]
                : next + 1 < words.Length ? words[++next]
                : "";
        }

        return new(options, words[Math.Min(next, words.Length)..]);
    }
}
