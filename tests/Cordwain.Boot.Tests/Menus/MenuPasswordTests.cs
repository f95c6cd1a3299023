using Cordwain.Boot.Catalog;
using Cordwain.Boot.Menus;

namespace Cordwain.Boot.Tests.Menus;

public sealed class MenuPasswordTests
{
    // The vectors of the specification ("Unix crypt using SHA-256 and SHA-512").
    [Theory]
    [InlineData("Hello world!", "$6$saltstring$svn8UoSVapNtMuq1ukKS4tPQd8iKwSMHWjl/O817G3uBnIFNjnQJuesI68u4OTLiBFdcbYEdFCoEOfaS35inz1")]
    [InlineData("Hello world!", "$6$rounds=10000$saltstringsaltst$OW1/O6BYHV6BcXZu8QVeXbDWra3Oeqh0sbHbbMCVNSnCM/UrjmM0Dp8vOuZeHBy/YTBmSK6H9qs/y3RnOaw5v.")]
    public void A_sha_512_hash_is_checked(string password, string hash)
    {
        Assert.True(MenuPassword.Matches(hash, password));
        Assert.False(MenuPassword.Matches(hash, password + "x"));
    }

    [Theory]
    [InlineData("$6$rounds=999999999$salt$x")]
    [InlineData("$6$")]
    [InlineData("$6$salt")]
    [InlineData("$1$abc$def")]
    [InlineData("grub.pbkdf2.sha512.10000.AA.BB")]
    public void A_hash_that_cannot_be_checked_matches_nothing(string stored)
    {
        Assert.False(MenuPassword.Matches(stored, stored));
        Assert.False(MenuPassword.Matches(stored, ""));
    }

    [Fact]
    public void A_password_in_clear_reaches_no_menu()
    {
        foreach (var dialect in Enum.GetValues<MenuDialect>())
            Assert.DoesNotContain("secret", MenuRenderers.RenderMenu(MenuExamples.Rich, MenuExamples.Scope(dialect, "efi-x64")).Text, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("reboot", "secret", "reboot || goto failed")]
    [InlineData("reboot", "wrong", "Wrong password")]
    [InlineData("reboot", null, "Wrong password")]
    [InlineData("memtest", null, "Wrong password")]
    [InlineData("memtest", "inner", "memtest86-x64")]
    [InlineData("locked", "inner", "item --key m entry-memtest")]
    [InlineData("local", null, "sanboot --no-describe")]
    public void The_server_opens_what_a_password_protects(string name, string? password, string expected)
    {
        var menu = MenuExamples.Rich with
        {
            Items = [.. MenuExamples.Rich.Items.Where(item => item is MenuItem.Entry),
                new MenuItem.SubMenu("locked", new MenuDefinition { Title = "Locked", Items = [new MenuItem.Entry("memtest") { Hotkey = 'm' }] }) { Password = "inner" }],
        };
        Assert.Contains(expected, ProtectedItems.Open(menu, name, password, MenuExamples.Scope(MenuDialect.Ipxe, "bios"))!.Script, StringComparison.Ordinal);
    }

    [Fact]
    public void The_server_opens_nothing_that_the_machine_does_not_see() =>
        Assert.Null(ProtectedItems.Open(MenuExamples.Rich, "winpe", null, MenuExamples.Scope(MenuDialect.Ipxe, "bios")));

    [Fact]
    public void PXELINUX_does_not_start_a_protected_default_by_itself()
    {
        var menu = new MenuDefinition { Default = "local", Items = [new MenuItem.Entry("local") { Password = "x" }, new MenuItem.Entry("reboot")] };
        var (text, view) = MenuRenderers.RenderMenu(menu, MenuExamples.Scope(MenuDialect.Pxelinux, "bios"));
        Assert.DoesNotContain("TIMEOUT", text, StringComparison.Ordinal);
        Assert.Contains(view.Remarks, remark => remark.Item == "local" && remark.Code == MenuRemark.LayoutNotShown);
    }

    [Fact]
    public void A_hash_that_a_dialect_cannot_check_keeps_its_entry_away()
    {
        var menu = new MenuDefinition { Items = [new MenuItem.Entry("local"), new MenuItem.Entry("reboot") { Password = "grub.pbkdf2.sha512.10000.AA.BB" }] };
        Assert.DoesNotContain("reboot", MenuRenderers.RenderMenu(menu, MenuExamples.Scope(MenuDialect.Pxelinux, "bios")).Text, StringComparison.Ordinal);
        Assert.Contains("password_pbkdf2 reboot grub.pbkdf2.sha512.10000.AA.BB", MenuRenderers.RenderMenu(menu, MenuExamples.Scope(MenuDialect.Grub, "efi-x64")).Text, StringComparison.Ordinal);
    }
}
