using System.Text.Json;
using Cordwain.Management.Configuration.Reference;

namespace Cordwain.Management.Tests.Configuration;

/// <summary>What editors and readers of the manual are told is what the program reads.</summary>
public sealed class ReferenceTests
{
    static readonly string Guide = Path.Combine(Golden.Repository, "docs", "guide", "configuration.md");

    [Fact]
    public void The_schema_in_the_repository_is_current() => Golden.MatchFile(Path.Combine(Golden.Repository, "docs", "cordwain.schema.json"), ConfigurationSchema.Text);

    [Fact]
    public void The_manual_is_current()
    {
        var page = File.ReadAllText(Guide).ReplaceLineEndings("\n");
        var (begin, end) = (page.IndexOf(ConfigurationReference.Begin, StringComparison.Ordinal), page.IndexOf(ConfigurationReference.End, StringComparison.Ordinal));
        Assert.True(begin > 0 && end > begin, "docs/guide/configuration.md has lost its markers.");
        Golden.MatchFile(Guide, $"{page[..begin]}{ConfigurationReference.Begin}\n\n{ConfigurationReference.Markdown}\n{page[end..]}");
    }

    [Fact]
    public void The_schema_lists_every_key()
    {
        using var schema = JsonDocument.Parse(ConfigurationSchema.Text);
        var root = schema.RootElement;
        Assert.All(ConfigurationReference.Keys, key =>
        {
            var (owner, name) = (key.Split('.')[0], key.Split('.')[1]);
            var properties = owner == "configuration" ? root.GetProperty("properties") : root.GetProperty("$defs").GetProperty(owner).GetProperty("properties");
            Assert.True(properties.TryGetProperty(name, out var property) && property.GetProperty("description").GetString()!.Length > 0, key);
        });
    }

    [Fact]
    public void Every_reference_in_the_schema_leads_somewhere()
    {
        using var schema = JsonDocument.Parse(ConfigurationSchema.Text);
        var references = new List<string>();
        Collect(schema.RootElement);
        Assert.NotEmpty(references);
        Assert.All(references, reference =>
        {
            var element = schema.RootElement;
            foreach (var part in reference.TrimStart('#', '/').Split('/'))
                Assert.True(element.TryGetProperty(part, out element), reference);
        });

        void Collect(JsonElement element)
        {
            if (element.ValueKind == JsonValueKind.Object)
            {
                foreach (var property in element.EnumerateObject())
                {
                    if (property.Name == "$ref")
                        references.Add(property.Value.GetString()!);
                    else
                        Collect(property.Value);
                }
            }
            else if (element.ValueKind == JsonValueKind.Array)
            {
                foreach (var item in element.EnumerateArray())
                    Collect(item);
            }
        }
    }

    /// <summary>A key that the rich configuration does not use is a key whose reading no golden file shows.</summary>
    [Fact]
    public void The_rich_configuration_uses_every_key() =>
        Assert.All(ConfigurationReference.Keys.Where(key => key != "image.iso" && !key.EndsWith("sha256", StringComparison.Ordinal) && !key.StartsWith("menu-colors", StringComparison.Ordinal) && !key.StartsWith("image-variant", StringComparison.Ordinal)),
            key => Assert.Contains(key.Split('.')[1] + ":", RichConfiguration.Yaml, StringComparison.Ordinal));
}
