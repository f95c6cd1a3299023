using System.Globalization;
using Cordwain.Management.Tests.Configuration;

namespace Cordwain.Management.Tests.Import;

public sealed class ClassicTests
{
    public static TheoryData<string> All => [.. Samples.Names];

    [Theory, MemberData(nameof(All))]
    public void Becomes(string name)
    {
        var result = Samples.Import(name);
        Match($"{name}.yaml", result.Yaml);
        Match($"{name}.left", string.Concat(result.Problems.Select(problem => $"{problem}\n")));
        Match($"{name}.leases", string.Concat(result.Leases.Select(lease => string.Create(CultureInfo.InvariantCulture,
            $"{lease.Address} {lease.Client} {lease.Mac} {lease.State} {lease.Since:s} {lease.Expires:s} {lease.HostName}\n"))));
    }

    /// <summary>Nothing is no file.</summary>
    static void Match(string name, string actual)
    {
        if (actual.Length > 0)
            Golden.Match(name, actual);
        else
            Assert.False(File.Exists(Path.Combine(Golden.Repository, "tests/Cordwain.Management.Tests/Import/golden", name)), $"{name} should be gone: nothing comes out.");
    }

    [Theory, MemberData(nameof(All))]
    public void The_result_is_a_configuration_without_mistakes(string name)
    {
        var result = Reading.Of(Samples.Import(name).Yaml);
        Assert.True(result.Holds, string.Join('\n', result.Problems));
        Assert.DoesNotContain(result.Problems, problem => problem.Code is not ("CW4029" or "CW4071"));
    }

    [Fact]
    public void Several_files_become_one_configuration()
    {
        var result = Samples.Import("document.dhcpd.conf", "default.pxelinux", "chainconfig.ipxe", "dhcpd.leases");
        var read = Reading.Of(result.Yaml);
        Assert.True(read.Holds, string.Join('\n', read.Problems));
        Assert.Equal(2, read.Catalog!.Rules.Length);
        Assert.Contains("centos6_x64", read.Catalog.Images.Keys);
        Assert.Contains("centos6_x64-2", read.Catalog.Images.Keys);
        Assert.Single(read.Catalog.Networks);
        Assert.Equal(3, result.Leases.Length);
    }

    [Fact]
    public void What_is_taken_over_whole_leaves_nothing()
    {
        var result = Samples.Import("document.dhcpd.conf");
        Assert.True(result.IsWhole);
        Assert.Empty(result.Problems);
    }
}
