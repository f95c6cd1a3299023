using Cordwain.Management.Import;

namespace Cordwain.Management.Tests.Import;

public sealed class DhcpdTests
{
    public static TheoryData<string, string> Conditions => new()
    {
        { """exists user-class and option user-class = "iPXE" """,                        "{ ipxe: true }" },
        { """option user-class = "iPXE" """,                                              "{ ipxe: true }" },
        { """not exists user-class or option user-class != "iPXE" """,                    "{ ipxe: false }" },
        { """substring(option user-class, 1, 4) = "iPXE" """,                             "{ ipxe: true }" },
        { "option arch = 00:07",                                                          "{ arch: efi-x64 }" },
        { "option arch = 7",                                                              "{ arch: efi-x64 }" },
        { "option pxe-system-type = 00:00",                                               "{ arch: bios }" },
        { "option arch = 00:07 or option arch = 00:09",                                   "{ arch: [efi-x64, efi-bc] }" },
        { "not (option arch = 00:07 or option arch = 00:09)",                             "{ not: { arch: [efi-x64, efi-bc] } }" },
        { """substring(option vendor-class-identifier, 0, 20) = "PXEClient:Arch:00007" """, """{ vendor-class: "PXEClient:Arch:00007*" }""" },
        { """substring(option vendor-class-identifier, 15, 5) = "00007" """,              """{ vendor-class: "PXEClient:Arch:00007*" }""" },
        { """substring(option vendor-class-identifier, 0, 9) = "PXE" """,                 "{ vendor-class: PXE }" },
        { """option vendor-class-identifier ~= "^PXE.*UNDI" """,                          """{ vendor-class: "PXE*UNDI*" }""" },
        { """suffix(option host-name, 4) = "-lab" """,                                    """{ option: { host-name: "*-lab" } }""" },
        { "exists host-name",                                                             """{ option: { host-name: "*" } }""" },
        { "hardware = 1:52:54:00:00:00:01",                                               "{ mac: 52:54:00:00:00:01 }" },
        { "substring(hardware, 1, 3) = 52:54:00",                                         """{ mac: "52:54:00:*" }""" },
        { """binary-to-ascii(16, 8, ":", substring(hardware, 1, 3)) = "52:54:0" """,      """{ mac: "52:54:00:*" }""" },
        { "option dhcp-message-type = 1",                                                 "{ option: { dhcp-message-type: hex:01 } }" },
        { """option arch = 00:07 and (option user-class = "iPXE" or exists host-name)""", """{ arch: efi-x64, any: [{ ipxe: true }, { option: { host-name: "*" } }] }""" },
    };

    [Theory, MemberData(nameof(Conditions))]
    public void Reads_a_condition(string condition, string when)
    {
        var result = Samples.Of(ImportFormat.DhcpdConf, $$"""option arch code 93 = unsigned integer 16; if {{condition}} { filename "x"; }""");
        Assert.Empty(result.Problems);
        Assert.Equal(Flat(when), Flat(When(result.Yaml)));
    }

    public static TheoryData<string> NotConditions => ["known", "exists agent.circuit-id", "option host-name = option domain-name", "exists no-such-option", "option host-name", "option host-name ~= \"(a|b)\"", "exists ipxe.http", "("];

    [Theory, MemberData(nameof(NotConditions))]
    public void Lists_a_condition_that_cannot_be_said(string condition)
    {
        var result = Samples.Of(ImportFormat.DhcpdConf, $$"""
            filename "a";
            if {{condition}} { filename "x"; } else { filename "y"; }
            """);
        Assert.Equal(("CW6005", 2), (result.Problems[0].Code, result.Problems[0].Line));
        Assert.DoesNotContain("file: x", result.Yaml, StringComparison.Ordinal);
        Assert.Contains("file: y", result.Yaml, StringComparison.Ordinal);
        Assert.DoesNotContain("file: a", result.Yaml, StringComparison.Ordinal);
    }

    [Fact]
    public void A_later_statement_wins_over_an_earlier_one()
    {
        var yaml = Samples.Of(ImportFormat.DhcpdConf, """filename "a"; if exists host-name { filename "b"; } filename "c";""").Yaml;
        Assert.Equal("rules:\n  - file: c   # file:1\n", yaml);
    }

    [Fact]
    public void What_differs_by_subnet_names_its_network()
    {
        var yaml = Samples.Of(ImportFormat.DhcpdConf, """
            filename "both.0";
            subnet 10.1.0.0 netmask 255.255.0.0 { range 10.1.0.5 10.1.0.9; }
            subnet 10.2.0.0 netmask 255.255.0.0 { range 10.2.0.5 10.2.0.9; filename "two.0"; }
            """).Yaml;
        Assert.Contains("when: { network: net-10.1.0.0 }   # file:1\n    file: both.0", yaml, StringComparison.Ordinal);
        Assert.Contains("when: { network: net-10.2.0.0 }   # file:3\n    file: two.0", yaml, StringComparison.Ordinal);
    }

    [Fact]
    public void A_subclass_is_a_condition()
    {
        var yaml = Samples.Of(ImportFormat.DhcpdConf, """
            class "cards" { match hardware; next-server 10.0.0.2; }
            subclass "cards" 1:52:54:00:00:00:01 { filename "card.0"; }
            """).Yaml;
        Assert.Contains("when: { mac: 52:54:00:00:00:01 }", yaml, StringComparison.Ordinal);
        Assert.Contains("next-server: 10.0.0.2", yaml, StringComparison.Ordinal);
    }

    public static TheoryData<string, string, int> LeftOut => new()
    {
        { "include \"a.conf\";",                                             "CW6007", 1 },
        { "frobnicate on;",                                                  "CW6003", 1 },
        { "failover peer \"x\" { primary; }",                                "CW6003", 1 },
        { "option no-such \"x\";",                                           "CW6006", 1 },
        { "option domain-name-servers ns.example.org;",                      "CW6006", 1 },
        { "next-server boot.example.org; filename \"x\";",                   "CW6011", 1 },
        { "\nsubnet 10.0.0.0 netmask 255.0.255.0 { }",                       "CW6002", 2 },
        { "filename \"x\"",                                                  "CW6002", 1 },
        { "on commit { log(\"x\"); }",                                       "CW6003", 1 },
        { "host a { hardware ethernet 52:54:00:00:00:01; fixed-address 10.9.9.9; }", "CW6011", 1 },
        { "filename \"with blank\";",                                        "CW6014", 1 },
    };

    [Theory, MemberData(nameof(LeftOut))]
    public void Lists_what_is_left_out(string text, string code, int line)
    {
        var result = Samples.Of(ImportFormat.DhcpdConf, text);
        Assert.False(result.IsWhole);
        Assert.Contains(result.Problems, problem => problem.Code == code && problem.Line == line && problem.File == "file" && problem.Fix is { Length: > 0 });
    }

    [Fact]
    public void Deep_nesting_ends_nothing_but_itself()
    {
        var result = Samples.Of(ImportFormat.DhcpdConf, string.Concat(Enumerable.Repeat("group { ", 20_000)) + "if " + new string('(', 20_000));
        Assert.NotEmpty(result.Problems);
    }

    static string When(string yaml)
    {
        var start = yaml.IndexOf("when:", StringComparison.Ordinal) + 5;
        return yaml[start..yaml.IndexOf("file: x", StringComparison.Ordinal)].Replace("# file:1", "", StringComparison.Ordinal).Trim();
    }

    /// <summary>One line, whatever the layout.</summary>
    static string Flat(string yaml) => string.Concat(yaml.Where(character => !char.IsWhiteSpace(character) && character is not ('{' or '}' or '-' or ',' or '[' or ']')));
}
