using System.Text;
using Cordwain.Boot.Catalog;
using Cordwain.Management.Configuration;
using Cordwain.Protocols.Wire;

namespace Cordwain.Management.Tests.Configuration;

/// <summary>Reads configurations in tests: no file, no folder, one link.</summary>
static class Reading
{
    public static ConfigurationInputs Inputs { get; } = new()
    {
        FolderExists = folder => folder == "/srv/tftpboot",
        Links = [("eth0", new Ipv4Network(Ipv4Address.Parse("192.168.1.0"), 24))],
    };

    public static ConfigurationResult Of(string yaml, ConfigurationInputs? inputs = null) =>
        ConfigurationLoader.Read(Encoding.UTF8.GetBytes(yaml), "cordwain.yaml", inputs ?? Inputs);

    public static BootCatalog Catalog(string yaml, ConfigurationInputs? inputs = null)
    {
        var result = Of(yaml, inputs);
        Assert.True(result.Holds, string.Join('\n', result.Problems));
        return result.Catalog!;
    }
}
