using Cordwain.Management.Scripts;

namespace Cordwain.Management.Tests.Scripts;

/// <summary>What a machine that nobody touches does with a script.</summary>
public sealed class IpxeWalkTests
{
    [Fact]
    public void A_kernel_its_initrds_and_the_boot() => Assert.Equal(
        ["kernel http://10.0.0.1/linux", "file http://10.0.0.1/a.gz", "file b.gz", "Boots linux"],
        Walk("""
            #!ipxe
            imgfree
            kernel http://10.0.0.1/linux initrd=a.gz quiet || goto failed
            initrd --name a.gz http://10.0.0.1/a.gz || goto failed
            initrd b.gz || goto failed
            boot || goto failed
            :failed
            shell
            """));

    [Fact]
    public void The_default_of_a_menu_and_of_its_sub_menu_are_taken() => Assert.Equal(
        ["kernel http://x/debian", "Boots debian"],
        Walk(Menu));

    [Fact]
    public void Another_entry_can_be_chosen_also_in_a_sub_menu()
    {
        Assert.Equal(["LocalDisk"], Walk(Menu, choice: "local"));
        Assert.Equal(["kernel http://x/rescue", "Boots rescue"], Walk(Menu, choice: "rescue"));
        Assert.Equal(["kernel http://x/rescue", "Boots rescue"], Walk(Menu, choice: "entry-rescue"));
        Assert.Equal(["kernel http://x/debian", "Boots debian"], Walk(Menu, choice: "there-is-none"));
    }

    [Fact]
    public void Without_a_default_the_first_item_is_taken_after_the_time_and_none_without_one()
    {
        Assert.Equal(["Reboots"], Walk("#!ipxe\nmenu\nitem --gap -- x\nitem a A\nitem b B\nchoose --timeout 1000 t\ngoto ${t}\n:a\nreboot\n:b\nshell"));
        Assert.Equal(["WaitsForPerson a menu without a default and a time limit"], Walk("#!ipxe\nmenu\nitem a A\nchoose t\ngoto ${t}\n:a\nreboot"));
        Assert.Equal(["PowersOff"], Walk("#!ipxe\nmenu\nitem a A\nitem --default b B\nchoose t\ngoto ${t}\n:a\nreboot\n:b\npoweroff"));
    }

    [Fact]
    public void A_file_that_does_not_come_leads_to_the_alternative()
    {
        var walk = new IpxeWalk("#!ipxe\nchain http://x/${mac:hexhyp}.ipxe || chain http://x/default.ipxe", new() { ["mac"] = "02:00:00:00:00:01" });
        Assert.Equal(new IpxeMove.Chain("http://x/02-00-00-00-00-01.ipxe"), walk.Next());
        walk.Failed();
        Assert.Equal(new IpxeMove.Chain("http://x/default.ipxe"), walk.Next());
        walk.Failed();
        Assert.Equal(new IpxeMove.End(IpxeEnd.Fails, "line 2: chain http://x/default.ipxe"), walk.Next());
    }

    [Fact]
    public void A_chained_script_that_ends_gives_back_to_the_next_line()
    {
        var walk = new IpxeWalk("#!ipxe\nchain http://x/a.ipxe || goto failed\nsanboot --drive 0x80\n:failed\nshell", new());
        Assert.IsType<IpxeMove.Chain>(walk.Next());
        Assert.Equal(IpxeEnd.LocalDisk, Assert.IsType<IpxeMove.End>(walk.Next()).How);
    }

    [Theory]
    [InlineData("kernel a ||\nexit", "kernel a,Leaves")]
    [InlineData("kernel a\nexit", "kernel a,Fails line 2: kernel a")]
    [InlineData("kernel a && initrd b || shell", "kernel a,WaitsForPerson shell")]
    [InlineData("kernel a && initrd b\nreboot", "kernel a,file b,Fails line 2: initrd b")]
    public void A_failure_ends_the_line_and_the_script_unless_it_says_otherwise(string script, string moves) =>
        Assert.Equal(moves.Split(','), Walk("#!ipxe\n" + script, fail: true));

    [Theory]
    [InlineData("iseq ${platform} efi && exit ||\nshell", "Leaves")]
    [InlineData("iseq ${platform} pcbios && exit ||\nshell", "WaitsForPerson shell")]
    [InlineData("isset ${net0/mac} && reboot || poweroff", "Reboots")]
    [InlineData("isset ${asset} && reboot || poweroff", "PowersOff")]
    [InlineData("set a b\nset c ${a}\niseq ${${d}c} b && reboot ||\nshell", "Reboots")]
    [InlineData("set what a\nset va kernel\niseq ${v${what}} kernel && reboot ||\nshell", "Reboots")]
    [InlineData("prompt --key 0x02 --timeout 2000 Press && shell ||\nreboot", "Reboots")]
    [InlineData("prompt Press a key", "WaitsForPerson prompt")]
    [InlineData("echo a ; reboot", "Reboots")]
    [InlineData("nosuchcommand || reboot", "Reboots")]
    [InlineData("goto nowhere || reboot", "Reboots")]
    [InlineData("sanboot --keep iscsi:10.0.0.1:::1:iqn", "SanDisk iscsi:10.0.0.1:::1:iqn")]
    [InlineData("sanboot --no-describe --drive 0x80", "LocalDisk")]
    [InlineData("imgfetch a\nimgargs a x\nboot", "kernel a,Boots a")]
    [InlineData("kernel a\nimgexec a", "kernel a,Boots a")]
    [InlineData("kernel --name k http://x/a\nboot k", "kernel http://x/a,Boots k")]
    [InlineData("boot", "Fails line 2: boot")]
    [InlineData(":a\ngoto a", "Fails it goes round in circles")]
    [InlineData("", "Leaves")]
    public void Single_commands(string script, string moves) => Assert.Equal(moves.Split(','), Walk("#!ipxe\n" + script));

    [Fact]
    public void Nonsense_has_an_end()
    {
        foreach (var text in (string[])["", "#!ipxe", "#!ipxe\n${${${", "#!ipxe\n:x:y\n|| && ;", "#!ipxe\nset a ${a}${a}x\ngoto\n", "#!ipxe\nchoose --", "#!ipxe\nitem -\nitem --key"])
            Assert.NotEmpty(Walk(text));
    }

    const string Menu = """
        #!ipxe
        set menu-timeout 60000
        :menu-main
        menu -- Boot
        item --key l entry-local Local disk
        item --gap -- Tools
        item menu-tools Tools ...
        choose --timeout ${menu-timeout} --default menu-tools selected || goto cancelled
        set menu-timeout 0
        goto ${selected} || goto invalid
        :menu-tools
        menu -- Tools
        item entry-debian Debian
        item entry-rescue Rescue
        choose --timeout 0 --default entry-debian selected || goto menu-main
        goto ${selected} || goto invalid
        :entry-local
        sanboot --no-describe --drive 0x80 || goto failed
        :entry-debian
        kernel http://x/debian || goto failed
        boot || goto failed
        :entry-rescue
        kernel http://x/rescue || goto failed
        boot || goto failed
        :failed
        :cancelled
        shell
        """;

    static string[] Walk(string script, string? choice = null, bool fail = false)
    {
        var walk = new IpxeWalk(script, new() { ["mac"] = "02:00:00:00:00:01", ["platform"] = "efi" }, choice);
        var moves = new List<string>();
        while (moves.Count < 50)
        {
            var move = walk.Next();
            moves.Add(move switch
            {
                IpxeMove.Fetch file => (file.IsKernel ? "kernel " : "file ") + file.Location,
                IpxeMove.Chain next => "chain " + next.Location,
                IpxeMove.End end => $"{end.How} {end.Detail}".TrimEnd(),
                _ => "",
            });
            if (move is IpxeMove.End)
                break;
            // The last fetch before the end fails.
            if (fail && (move is IpxeMove.Fetch { IsKernel: false } || !script.Contains("reboot", StringComparison.Ordinal)))
                walk.Failed();
        }

        return [.. moves];
    }
}
