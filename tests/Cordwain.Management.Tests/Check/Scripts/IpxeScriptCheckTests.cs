using System.Runtime.CompilerServices;
using Cordwain.Boot.Catalog;
using Cordwain.Boot.Decisions;
using Cordwain.Boot.Machines;
using Cordwain.Boot.Menus;
using Cordwain.Management.Check.Scripts;
using Cordwain.Protocols.Wire;
using CsCheck;

namespace Cordwain.Management.Tests.Check.Scripts;

public sealed class IpxeScriptCheckTests
{
    /// <summary>A script of a well-known how-to, as it is printed there.</summary>
    [Fact]
    public void The_printed_script_has_exactly_two_faults()
    {
        var problems = IpxeScriptCheck.Check("chainconfig.ipxe", Data("chainconfig.ipxe")).ToArray();
        Assert.Equal(
            [
                "chainconfig.ipxe:14:28: error CW5004: choose takes one argument, the setting, and here stands 60000 before it; iPXE refuses the line. Write --timeout 60000 (in milliseconds).",
                "chainconfig.ipxe:39:6: error CW5005: goto shell: the script has no label :shell. \"shell\" is a command: write it without goto, or put a line :shell before it.",
            ],
            problems.Select(problem => problem.ToString()));
    }

    [Fact]
    public void The_printed_script_mended_has_none() =>
        Assert.Empty(IpxeScriptCheck.Check("x", Data("chainconfig.ipxe")
            .Replace("localboot 60000", "localboot --timeout 60000", StringComparison.Ordinal).Replace("goto shell", "shell", StringComparison.Ordinal)));

    [Theory]
    [InlineData("echo x", 1, 1, "CW5001", "#!ipxe")]
    [InlineData(" #!ipxe", 1, 1, "CW5001", "first line")]
    [InlineData("\uFEFF#!ipxe", 1, 1, "CW5001", "byte order mark")]
    [InlineData("#!ipxe\nkernal x", 2, 1, "CW5002", "`kernel`")]
    [InlineData("#!ipxe\nfrobnicate", 2, 1, "CW5002", "help")]
    [InlineData("#!ipxe\nisset ${x} || sanbot", 2, 15, "CW5002", "`sanboot`")]
    [InlineData("#!ipxe\nitem --kye x l t", 2, 6, "CW5003", "`--key`")]
    [InlineData("#!ipxe\nshell --x", 2, 7, "CW5003", "none")]
    [InlineData("#!ipxe\nitem --key", 2, 6, "CW5003", "VALUE")]
    [InlineData("#!ipxe\nchain --replace=yes x", 2, 7, "CW5003", "alone")]
    [InlineData("#!ipxe\nkernel", 2, 1, "CW5004", "needs one argument")]
    [InlineData("#!ipxe\niseq ${a} b c", 2, 13, "CW5004", "too many")]
    [InlineData("#!ipxe\nchoose --timeout 1000", 2, 1, "CW5004", "value of --timeout")]
    [InlineData("#!ipxe\nsleep \"5 seconds\"", 2, 10, "CW5004", "Quotes")]
    [InlineData("#!ipxe\n:start\ngoto strat", 3, 6, "CW5005", "`start`")]
    [InlineData("#!ipxe\ngoto nowhere", 2, 6, "CW5005", ":nowhere")]
    [InlineData("#!ipxe\nmenu\nitem linux Linux\nchoose s && goto ${s}\n:linus", 3, 6, "CW5005", "`linus`")]
    [InlineData("#!ipxe\n:a\n:a\ngoto a", 3, 1, "CW5006", "line 2")]
    [InlineData("#!ipxe\nset x ${net0/mac", 2, 7, "CW5007", "not closed")]
    [InlineData("#!ipxe\nset x ${ net0/mac }", 2, 7, "CW5007", "without blanks")]
    [InlineData("#!ipxe\nprompt --timeout 5s x", 2, 18, "CW5008", "milliseconds")]
    [InlineData("#!ipxe\nsleep long", 2, 7, "CW5008", "seconds")]
    [InlineData("#!ipxe\nsanboot --drive c", 2, 17, "CW5008", "0x80")]
    [InlineData("#!ipxe\npoweroff ||", 2, 1, "CW5009", "without poweroff")]
    [InlineData("#!ipxe\r\n\tkernal x\r\n", 2, 2, "CW5002", "`kernel`")]
    [InlineData("#!ipxe\nkernel x \\\n  y\nkernal", 4, 1, "CW5002", "`kernel`")]
    public void A_mistake_is_found_with_its_place_and_a_cure(string script, int line, int column, string code, string says)
    {
        var problem = Assert.Single(IpxeScriptCheck.Check("x.ipxe", script));
        Assert.Equal((code, line, column), (problem.Code, problem.Line, problem.Column));
        Assert.Contains(says, problem.ToString(), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("#!ipxe\ndhcp\nchain http://${next-server}/menu.ipxe?mac=${net0/mac:hexhyp} || shell")]
    [InlineData("#!ipxe\n:retry\nifopen net0 && dhcp --configurator ipv4 net0 || goto retry")]
    [InlineData("#!ipxe\n  # comment ${ open\necho text # ${ open too")]
    [InlineData("#!ipxe\nmenu x\nitem --gap -- text || shell\nitem -k a a --not an option\nitem\nchoose --default a --timeout 1 s || exit 0\n${s}")]
    [InlineData("#!ipxe\nkernel http://x/y --flag -x\nboot")]
    [InlineData("#!gpxe-is-not-read\n#!ipxe", "CW5001")]
    [InlineData("#!ipxe\nmenu\nitem a A\nchoose s\niseq ${s} a && shell ||")]
    [InlineData("#!ipxe\ngoto ${target} || goto fail\n:fail echo on the label's line")]
    public void What_is_right_is_left_alone(string script, string? only = null) =>
        Assert.Equal(only is null ? [] : [only], IpxeScriptCheck.Check("x", script).Select(problem => problem.Code));

    [Theory]
    [InlineData("bios")]
    [InlineData("efi-x64")]
    [InlineData("never said")]
    public void Our_own_menus_pass(string architecture)
    {
        var (menu, images) = BuiltInMenu.For(LoaderCatalog.Empty);
        menu = menu with { Items = menu.Items.Add(new MenuItem.SubMenu("more", new MenuDefinition { Items = [new MenuItem.Entry("reboot") { Password = "x" }] })) };
        var request = new BootRequest
        {
            Machine = new MachineIdentity(MacAddress.Parse("52:54:00:12:34:56")),
            Channel = BootChannel.Http,
            Server = Ipv4Address.Parse("10.0.0.1"),
            Architecture = ClientArchitecture.TryParse(architecture, out var known) ? known : null,
        };
        var scope = new MenuScope(request, BootCatalog.Empty with { Menu = menu, Images = images }, null, MenuDialect.Ipxe);
        string[] scripts = [MenuRenderers.RenderMenu(menu, scope).Text, .. images.Values.Append(Choices.Local).Append(Choices.Shell).Append(Choices.PowerOff)
            .Select(image => MenuRenderers.RenderEntry(image, scope).Text)];
        Assert.All(scripts, script => Assert.DoesNotContain(IpxeScriptCheck.Check("own", script), problem => problem.Severity != Severity.Note));
    }

    [Fact]
    public void Any_text_is_read_to_its_end() =>
        Gen.String.Sample(text =>
        {
            foreach (var problem in IpxeScriptCheck.Check("x", "#!ipxe\n" + text))
                Assert.True(problem.Line >= 1 && problem.Column >= 1 && problem.Fix is { Length: > 0 });
        }, iter: 500);

    static string Data(string name, [CallerFilePath] string caller = "") => File.ReadAllText(Path.Combine(Path.GetDirectoryName(caller)!, name));
}
