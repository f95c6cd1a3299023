namespace Cordwain.Architecture.Tests;

/// <summary>Small files are what one feels on opening a code base.</summary>
public sealed class SizeTests
{
    const int Most = 400;

    /// <summary>Files that are long for a reason, which stands beside them.</summary>
    static readonly Dictionary<string, string> Exempt = new()
    {
    };

    [Fact]
    public void No_file_is_over_400_lines()
    {
        var tooLong = Repository.Sources
            .Select(file => (File: Repository.Relative(file), Lines: File.ReadLines(file).Count()))
            .Where(size => size.Lines > Most && !Exempt.ContainsKey(size.File)).ToArray();
        Assert.Empty(tooLong);
    }

    [Fact]
    public void Nine_files_in_ten_are_under_300_lines()
    {
        var lengths = Repository.Sources.Select(file => File.ReadLines(file).Count()).Order().ToArray();
        Assert.InRange(lengths[lengths.Length * 9 / 10], 1, 300);
    }
}
