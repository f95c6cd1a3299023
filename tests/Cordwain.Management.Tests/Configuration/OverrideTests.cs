using Cordwain.Management.Configuration;

namespace Cordwain.Management.Tests.Configuration;

public sealed class OverrideTests
{
    [Theory]
    [InlineData("CORDWAIN_HTTP_PORT", "8080")]
    [InlineData("--http-port", "8080")]
    public void A_variable_or_a_flag_wins_over_the_file(string name, string value) =>
        Assert.Equal(8080, Read("http: { port: 80 }", (name, value)).Settings!.HttpPort);

    [Fact]
    public void A_list_is_separated_by_commas() =>
        Assert.Equal(["eth0", "eth1"], Read("", ("CORDWAIN_DHCP_INTERFACES", "eth0, eth1")).Settings!.Interfaces);

    [Fact]
    public void What_the_file_says_beside_it_stays() =>
        Assert.True(Read("tftp: { single-port: true, port: 69 }", ("CORDWAIN_TFTP_PORT", "6969")).Settings is { TftpPort: 6969, TftpSinglePort: true });

    [Fact]
    public void The_menu_and_the_folders_can_be_overridden()
    {
        var result = Read("", ("CORDWAIN_FILES", "/srv/tftpboot"), ("CORDWAIN_DATA", "/data"), ("CORDWAIN_MENU_TIMEOUT", "5s"));
        Assert.Equal(("/srv/tftpboot", "/data", TimeSpan.FromSeconds(5)), (result.Settings!.FilesFolder, result.Settings.DataFolder, result.Catalog!.Menu.Timeout));
    }

    [Fact]
    public void A_wrong_value_names_its_variable()
    {
        var problem = Assert.Single(Read("", ("CORDWAIN_HTTP_PORT", "eighty")).Problems);
        Assert.Equal("CORDWAIN_HTTP_PORT: error CW4010: http.port: `eighty` is not a whole number. Write a number from 1 to 65535.", problem.ToString());
    }

    [Theory]
    [InlineData("https://user:secret@collector.example/otlp", "https://…@collector.example/otlp")]
    [InlineData("https://user:secret/1@2@collector.example", "https://…@collector.example")]
    [InlineData("grpc://user:secret@collector:4317", "grpc://…@collector:4317")]
    [InlineData("user:secret@collector:4318", "…@collector:4318")]
    [InlineData("user:secret://@collector:4318", "…@collector:4318")]
    public void The_password_of_a_collector_is_not_shown(string url, string shown)
    {
        var problem = Assert.Single(Read("", ("CORDWAIN_METRICS_OTLP", url)).Problems).ToString();
        Assert.StartsWith($"CORDWAIN_METRICS_OTLP: error CW4018: metrics.otlp: `{shown}` ", problem, StringComparison.Ordinal);
        Assert.DoesNotContain("secret", problem, StringComparison.Ordinal);
    }

    [Fact]
    public void A_variable_that_is_none_of_ours_is_a_warning_with_a_suggestion()
    {
        var result = Read("", ("CORDWAIN_HTP_PORT", "80"));
        Assert.True(result.Holds);
        Assert.Equal("CORDWAIN_HTP_PORT: warning CW4080: CORDWAIN_HTP_PORT overrides nothing: there is no such setting. Did you mean `CORDWAIN_HTTP_PORT`?", Assert.Single(result.Problems).ToString());
    }

    [Theory]
    [InlineData("PATH")]
    [InlineData("CORDWAIN_CONFIG")]
    public void Other_variables_are_left_alone(string name) => Assert.Empty(Read("", (name, "x")).Problems);

    static ConfigurationResult Read(string yaml, params (string Name, string Value)[] overrides) =>
        Reading.Of(yaml, Reading.Inputs with { Overrides = overrides.ToDictionary(pair => pair.Name, pair => pair.Value) });
}
