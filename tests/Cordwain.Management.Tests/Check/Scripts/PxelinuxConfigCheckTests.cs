using System.Runtime.CompilerServices;
using Cordwain.Management.Check.Scripts;
using CsCheck;

namespace Cordwain.Management.Tests.Check.Scripts;

public sealed class PxelinuxConfigCheckTests
{
    static readonly string[] Modules = ["ldlinux.c32", "libcom32.c32", "libutil.c32", "menu.c32", "vesamenu.c32", "reboot.c32"];

    static readonly string[] Kernels = ["centos/6/x64/vmlinuz", "centos/6/x64/initrd.img", "centos/6/i386/vmlinuz", "centos/6/i386/initrd.img", "linux", "initrd.gz"];

    [Fact]
    public void The_printed_configuration_is_right_where_its_files_are() =>
        Assert.Empty(PxelinuxConfigCheck.Check("default", Data("pxelinux-default.cfg"), name => Modules.Contains(name) || Kernels.Contains(name)));

    [Fact]
    public void The_printed_configuration_lacks_modules_with_what_it_tells_to_copy() =>
        Assert.Equal(
            [
                "default:2:4: error CW5025: vesamenu.c32 needs libutil.c32, which is not there.",
                "default:2:4: error CW5025: vesamenu.c32 needs libcom32.c32, which is not there.",
                "default:2:4: error CW5025: vesamenu.c32 needs ldlinux.c32, which is not there.",
            ],
            PxelinuxConfigCheck.Check("default", Data("pxelinux-default.cfg"), name => name == "vesamenu.c32" || Kernels.Contains(name))
                .Select(problem => (problem with { Fix = null }).ToString()));

    [Fact]
    public void The_printed_configuration_names_each_missing_kernel_and_initrd() =>
        Assert.Equal([18, 20, 26, 27], PxelinuxConfigCheck.Check("default", Data("pxelinux-default.cfg"), Modules.Contains)
            .Select(problem => problem.Code == "CW5024" ? problem.Line : -1));

    [Theory]
    [InlineData("KERNAL linux", 1, 1, "CW5021", "`KERNEL`")]
    [InlineData("title Menu", 1, 1, "CW5021", "MENU TITLE")]
    [InlineData("MENU COLOUR x\nMENU TITEL x", 2, 6, "CW5021", "`TITLE`")]
    [InlineData("MENU TIMEOUT 50", 1, 6, "CW5021", "without MENU")]
    [InlineData("LABEL a\nKERNEL linux\nLABEL a\nKERNEL linux", 3, 7, "CW5022", "line 1")]
    [InlineData("DEFAULT lokal\nLABEL local\nLOCALBOOT 0", 1, 9, "CW5023", "`local`")]
    [InlineData("ONTIMEOUT x\nLABEL local\nLOCALBOOT 0", 1, 11, "CW5023", "LABEL x")]
    [InlineData("LABEL a\n  LINUX nothing", 2, 9, "CW5024", "nothing is not there")]
    [InlineData("LABEL a\nLINUX linux\nINITRD initrd.gz,more.gz", 3, 18, "CW5024", "more.gz")]
    [InlineData("LABEL a\nLINUX linux\nAPPEND quiet initrd=less.gz x", 3, 21, "CW5024", "less.gz")]
    [InlineData("MENU BACKGROUND ::pic.png", 1, 17, "CW5024", "pic.png")]
    [InlineData("UI chain.c32", 1, 4, "CW5025", "chain.c32 is not there")]
    [InlineData("TIMEOUT 10", 1, 9, "CW5026", "write 100")]
    [InlineData("TIMEOUT 60000", 1, 9, "CW5026", "an hour")]
    [InlineData("KERNEL linux\nLABEL a\nLINUX linux", 1, 1, "CW5027", "before the first LABEL")]
    [InlineData("APPEND quiet\nLABEL a\nLINUX linux\nAPPEND x", 1, 1, "CW5027", "own")]
    [InlineData("LABEL m\nKERNEL linux.bin", 2, 8, "CW5028", "LINUX instead")]
    [InlineData("LABEL a\nLOCALBOOT disk", 2, 11, "CW5029", "number")]
    [InlineData("LABEL", 1, 1, "CW5029", "no value")]
    [InlineData("LABEL a\nMENU PASSWD geheim\nLINUX linux", 2, 13, "CW5029", "clear")]
    [InlineData("MENU BEGIN x\nLABEL a\nLINUX linux", 1, 1, "CW5030", "MENU END")]
    [InlineData("MENU END", 1, 1, "CW5030", "closes no")]
    [InlineData("LABEL a\nTEXT HELP\nKERNAL is text here\nLINUX linux", 2, 1, "CW5030", "ENDTEXT")]
    public void A_mistake_is_found_with_its_place_and_a_cure(string text, int line, int column, string code, string says)
    {
        var problem = Assert.Single(PxelinuxConfigCheck.Check("default", text, name => Modules.Contains(name) || Kernels.Contains(name) || name == "linux.bin"));
        Assert.Equal((code, line, column), (problem.Code, problem.Line, problem.Column));
        Assert.Contains(says, problem.ToString(), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("# KERNAL\n\n   \nSERIAL 0 115200\nDEFAULT menu.c32\nLABEL a\n\tkernel linux\n\tappend -")]
    [InlineData("LABEL -\nMENU LABEL One\nMENU DISABLE\nLABEL -\nMENU LABEL Two\nMENU DISABLE")]
    [InlineData("LABEL a\nLINUX http://mirror.example/linux\nLABEL b\nLINUX 10.0.0.2::linux")]
    [InlineData("LABEL a\nTEXT HELP\n  KERNAL is text here\nENDTEXT\nLINUX linux\nMENU PASSWD $6$salt$hash")]
    [InlineData("MENU BEGIN x\nMENU TITLE X\nLABEL a\nKERNEL reboot\nMENU END\nF1 help.txt\nMENU COLOR sel 7 * #ff0000 std")]
    public void What_is_right_is_left_alone(string text) =>
        Assert.Empty(PxelinuxConfigCheck.Check("default", text, name => Modules.Contains(name) || Kernels.Contains(name)));

    [Fact]
    public void Any_text_is_read_to_its_end() =>
        Gen.String.Sample(text =>
        {
            foreach (var problem in PxelinuxConfigCheck.Check("x", text + "\nMENU " + text, _ => false))
                Assert.True(problem.Line >= 1 && problem.Column >= 1 && problem.Fix is { Length: > 0 });
        }, iter: 500);

    static string Data(string name, [CallerFilePath] string caller = "") => File.ReadAllText(Path.Combine(Path.GetDirectoryName(caller)!, name));
}
