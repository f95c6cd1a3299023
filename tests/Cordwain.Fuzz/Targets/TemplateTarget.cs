using System.Text;
using Cordwain.Boot.Catalog;
using Cordwain.Boot.Decisions;
using Cordwain.Boot.Templates;
using Cordwain.Protocols.Wire;

namespace Cordwain.Fuzz.Targets;

/// <summary>Any text as a template: rendered within its limits, or an error with a place.</summary>
public sealed class TemplateTarget : IFuzzTarget
{
    static readonly TemplateScope Scope = TemplateScope.For(
        new() { Machine = new(MacAddress.Parse("52:54:00:12:34:56")), Channel = BootChannel.Http, Server = Ipv4Address.Parse("10.77.0.1") }, BootCatalog.Empty, null);

    public string Name => "template";

    public IReadOnlyList<string> Corpora => ["Cordwain.Fuzz/corpus/template"];

    public IReadOnlyList<byte[]> Words =>
        FuzzWords.Of("{{ ", " }}", "{{ for i in 1..9 }}", "{{ end }}", "{{ if ", "machine.mac", "server.http", " | string.", "include 'x'", "func f", "import ", "while true", "regex.match", "object.eval", "'");

    public int LongestInput => 400;

    public int Run(ReadOnlySpan<byte> input)
    {
        if (TemplateText.TryRender(Encoding.UTF8.GetString(input), Scope, out var text, out var error))
            return text.Length;
        if (error.Line < 1 || error.Message.Length == 0)
            throw new InvalidOperationException($"an error without place or words: {error}");
        return string.GetHashCode(error.Code, StringComparison.Ordinal);
    }
}
