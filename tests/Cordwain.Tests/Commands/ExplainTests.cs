using Cordwain.Tests.Support;

namespace Cordwain.Tests.Commands;

/// <summary><c>cordwain explain</c> in full: the reasons and the bytes. The networks are those of documentation (RFC 5737), the loaders empty files.</summary>
public sealed class ExplainTests : IDisposable
{
    const string Configuration = """
        networks:
          desk:
            subnet: 203.0.113.0/24
            dhcp: proxy
          rack:
            subnet: 198.51.100.0/24
            dhcp: server
            pool: 198.51.100.50-198.51.100.99
            router: 198.51.100.1
            dns: 198.51.100.1
            domain: rack.test
            lease: 12h
        menu:
          title: Test menu
          timeout: 10s
          default: local
          entries: [local, linux]
        images:
          linux:
            title: Linux
            kernel: http://203.0.113.200/linux
            initrd: http://203.0.113.200/initrd.gz
            args: quiet
        machines:
          web01:
            mac: 52:54:00:00:00:07
            boot: linux
          printer:
            mac: 52:54:00:00:00:08
            blocked: true
        """;

    /// <summary>The loaders that would be taken first, so that it does not matter which packages are installed here.</summary>
    static readonly string[] Loaders = ["undionly.kpxe", "snponly.efi", "snponly-arm64.efi", "ipxe.efi"];

    readonly TestFolder _folder = new();

    public ExplainTests()
    {
        foreach (var loader in Loaders)
            _folder.Write("loaders/" + loader, "");
        _folder.Write("cordwain.yaml", Configuration + $"\nloaders: {_folder.Path}/loaders\n");
    }

    const string Desk = "--network desk --server 203.0.113.77", Rack = "--network rack --server 198.51.100.77", Mac = "--mac 52:54:00:00:00:01";

    public static TheoryData<string, string> Questions => new()
    {
        { "proxy-bios", $"{Desk} {Mac} --arch bios --uuid 00112233-4455-6677-8899-aabbccddeeff" },
        { "proxy-boot-server", $"{Desk} {Mac} --arch efi-x64 --boot-server" },
        { "server-efi", $"{Rack} {Mac} --arch efi-x64" },
        { "server-request", $"{Rack} {Mac} --arch efi-x64 --request" },
        { "server-ipxe", $"{Rack} {Mac} --arch efi-x64 --user-class iPXE" },
        { "server-assigned", $"{Rack} --mac 52:54:00:00:00:07 --arch efi-x64 --user-class iPXE" },
        { "server-blocked", $"{Rack} --mac 52:54:00:00:00:08" },
        { "server-http", $"{Rack} {Mac} --arch efi-x64-http" },
        { "unknown-architecture", $"{Rack} {Mac} --arch 1234" },
        { "plain-client", $"{Rack} {Mac} --vendor-class dhcpcd" },
        { "relay", $"--relay 198.51.100.1 --server 203.0.113.77 {Mac} --arch bios" },
        { "file-script", $"{Desk} --mac 52:54:00:00:00:07 --file boot.ipxe" },
        { "file-menu", $"{Desk} {Mac} --arch bios --file pxelinux.cfg/default" },
    };

    public void Dispose() => _folder.Dispose();

    [Theory, MemberData(nameof(Questions))]
    public async Task The_answer_and_its_reasons(string name, string question)
    {
        var result = await Explain(question);
        Assert.Empty(result.Error);
        Golden.Match($"explain-{name}.txt", $"$ cordwain explain {question}\n\n{_folder.Plain(result.Output)}");
        Assert.Equal(0, result.ExitCode);
    }

    [Fact]
    public async Task The_requests_of_a_capture_are_explained()
    {
        var capture = Path.Combine(CommandLine.Repository, "tests/vectors/dhcp4/proxy-bios/capture.pcap");
        var result = await Explain($"{Desk} --packet {capture}");
        Assert.Empty(result.Error);
        Golden.Match("explain-packet.txt", _folder.Plain(result.Output));
        Assert.Equal(0, result.ExitCode);
    }

    [Theory]
    [InlineData("--arch bios", "--mac")]
    [InlineData("--mac 52:54:00", "52:54:00:12:34:56")]
    [InlineData("--mac 52:54:00:00:00:01 --arch pdp11", "efi-x64")]
    [InlineData("--mac 52:54:00:00:00:01 --relay here", "here")]
    [InlineData("--mac 52:54:00:00:00:01 --network cellar", "desk, rack")]
    [InlineData("--mac 52:54:00:00:00:01 --network rack --server 203.0.113.77", "--network")]
    [InlineData("--packet none.pcap", "none.pcap")]
    public async Task A_question_without_sense_is_named(string question, string named)
    {
        var result = await Explain(question);
        Assert.Equal(2, result.ExitCode);
        Assert.Contains(named, result.Error, StringComparison.Ordinal);
        Assert.Empty(result.Output);
    }

    [Fact]
    public async Task A_file_without_a_request_is_told()
    {
        var result = await Explain("--packet cordwain.yaml");
        Assert.Equal(1, result.ExitCode);
        Assert.Contains("no DHCP request", result.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_wrong_configuration_explains_nothing()
    {
        _folder.Write("cordwain.yaml", "menu: { tittle: x }");
        var result = await Explain($"{Mac}");
        Assert.Equal(1, result.ExitCode);
        Assert.Contains("cordwain.yaml:1:9: error CW4007", result.Error, StringComparison.Ordinal);
    }

    Task<CommandResult> Explain(string question) => _folder.Run(["explain", "--config", "cordwain.yaml", .. question.Split(' ')]);

}
