using System.Diagnostics;
using Cordwain.Boot.Menus;

namespace Cordwain.Boot.Tests.Menus;

/// <summary>GRUB's own parser reads what we write. Package: grub-common.</summary>
[Trait("Category", "Real")]
public sealed class GrubScriptCheckTests
{
    [Theory]
    [InlineData("plain title")]
    [InlineData("it's ${x} `y` $(z) \\ } { ; && \" end")]
    public void A_menu_parses(string title)
    {
        var menu = MenuExamples.Rich with { Items = [.. MenuExamples.Rich.Items, new MenuItem.Entry("memtest") { Title = title, Arguments = title }] };
        Check(MenuRenderers.RenderMenu(menu, MenuExamples.Scope(MenuDialect.Grub, "bios")).Text);
        Check(MenuRenderers.RenderMenu(menu, MenuExamples.Scope(MenuDialect.Grub, "efi-x64")).Text);
    }

    [Fact]
    public void Every_entry_alone_parses()
    {
        foreach (var image in MenuExamples.Images.Values.Concat(MenuExamples.BuiltInChoices))
            Check(MenuRenderers.RenderEntry(image, MenuExamples.Scope(MenuDialect.Grub, "never said")).Text);
    }

    static void Check(string script)
    {
        using var parser = Process.Start(new ProcessStartInfo("grub-script-check") { RedirectStandardInput = true, RedirectStandardError = true })!;
        parser.StandardInput.Write(script);
        parser.StandardInput.Close();
        var error = parser.StandardError.ReadToEnd();
        parser.WaitForExit();
        Assert.True(parser.ExitCode == 0, $"{error}\n{script}");
    }
}
