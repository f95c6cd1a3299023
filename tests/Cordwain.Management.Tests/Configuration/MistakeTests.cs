using System.Text;
using Cordwain.Management.Configuration;

namespace Cordwain.Management.Tests.Configuration;

/// <summary>Every mistake an operator makes: the message with its place and the way out, in golden/mistakes.</summary>
public sealed class MistakeTests
{
    public static TheoryData<string> Names => [.. MistakeTable.All.Select(mistake => mistake.Name)];

    [Theory, MemberData(nameof(Names))]
    public void Says_what_is_wrong_where_and_what_to_do(string name)
    {
        var yaml = MistakeTable.All.Single(mistake => mistake.Name == name).Yaml;
        var result = Reading.Of(yaml);

        Assert.NotEmpty(result.Problems);
        Assert.Equal(result.Problems.All(problem => problem.Severity != Severity.Error), result.Holds);
        Assert.All(result.Problems, problem => Assert.True(problem is { Line: > 0, Column: > 0, Fix.Length: > 0 }, problem.ToString()));
        var numbered = yaml.TrimEnd().Split('\n').Select((line, index) => $"{index + 1,3} | {line}".TrimEnd());
        Golden.Match($"mistakes/{name}.txt", $"{string.Join('\n', numbered)}\n\n{string.Join('\n', result.Problems)}\n");
    }

    [Fact]
    public void There_are_more_than_thirty_kinds() =>
        Assert.True(MistakeTable.All.SelectMany(mistake => Reading.Of(mistake.Yaml).Problems).Select(problem => problem.Code).Distinct().Count() > 30);

    [Fact]
    public void Every_code_has_its_page()
    {
        var codes = MistakeTable.All.SelectMany(mistake => Reading.Of(mistake.Yaml).Problems).Select(problem => problem.Code).Distinct();
        Assert.All(codes, code => Assert.True(File.Exists(Path.Combine(Golden.Repository, "docs", "errors", code + ".md")), code));
    }

    [Fact]
    public void All_mistakes_of_a_file_are_reported_at_once()
    {
        var result = Reading.Of("networks:\n  a:\n    subnet: 10.0.0.0/8x\n    dhcp: server\n    lease: 12\nmenu:\n  entries: [nothing]\nmachines:\n  m: { mac: zz }\n");
        Assert.Equal([3, 4, 5, 7, 9], result.Problems.Select(problem => problem.Line));
        Assert.Null(result.Catalog);
    }

    [Fact]
    public void A_file_that_is_not_utf8_is_refused_with_the_place_of_the_first_bad_byte()
    {
        var result = ConfigurationLoader.Read(Encoding.Latin1.GetBytes("menu:\n  title: Menü\n"), "cordwain.yaml", Reading.Inputs);
        Assert.Equal("cordwain.yaml:2:13: error CW4002: The file is not text in UTF-8. Save it as UTF-8; `iconv -f latin1 -t utf-8` converts from the older encoding.", Assert.Single(result.Problems).ToString());
    }

    [Fact]
    public void A_byte_order_mark_is_not_a_mistake() =>
        Assert.True(ConfigurationLoader.Read([0xEF, 0xBB, 0xBF, .. "menu: { title: x }"u8], "cordwain.yaml", Reading.Inputs).Holds);

    [Fact]
    public void A_file_that_does_not_exist_is_a_problem()
    {
        var result = ConfigurationLoader.Load("/nonexistent/cordwain.yaml", Reading.Inputs);
        Assert.Equal("CW4001", Assert.Single(result.Problems).Code);
        Assert.False(result.Holds);
    }

    [Fact]
    public void A_huge_file_is_refused_unread() =>
        Assert.Equal("CW4005", Assert.Single(ConfigurationLoader.Read(new byte[17 << 20], "cordwain.yaml", Reading.Inputs).Problems).Code);

    [Fact]
    public void Aliases_of_aliases_do_not_grow_without_end()
    {
        var yaml = new StringBuilder("a0: &a0 [x, x, x, x, x, x, x, x, x, x]\n");
        for (var i = 1; i < 12; i++)
            yaml.Append($"a{i}: &a{i} [{string.Join(", ", Enumerable.Repeat($"*a{i - 1}", 10))}]\n");
        Assert.Contains(Reading.Of(yaml.ToString()).Problems, problem => problem.Code == "CW4005");
    }

    [Fact]
    public void An_anchor_that_holds_itself_is_refused() =>
        Assert.Contains(Reading.Of("menu: &m\n  entries: *m\n").Problems, problem => problem.Code == "CW4003");

    [Fact]
    public void Ten_thousand_brackets_are_refused_quickly() =>
        Assert.Contains(Reading.Of("menu: " + new string('[', 10_000)).Problems, problem => problem.Code == "CW4005");

    [Fact]
    public void A_file_with_a_thousand_mistakes_gives_a_bounded_list() =>
        Assert.InRange(Reading.Of(string.Concat(Enumerable.Range(0, 1000).Select(i => $"nonsense{i}: 1\n"))).Problems.Length, 1, 200);
}
