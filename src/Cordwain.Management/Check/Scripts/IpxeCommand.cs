using System.Collections.Frozen;
using System.Globalization;

namespace Cordwain.Management.Check.Scripts;

/// <summary>A command of iPXE and what it takes.</summary>
/// <param name="Most">Most arguments; <see cref="int.MaxValue"/> for any number.</param>
/// <param name="InDebian">Debian 12's build (1.0.0+git-20190125) has it.</param>
sealed record IpxeCommand(string Name, int Fewest, int Most, IpxeOption[] Options, bool InDebian)
{
    // Name, fewest and most arguments, options as --long/short, with = when they take a value. A leading ? marks commands that
    // Debian 12's build lacks: they came later, or are off in config/general.h. Source: COMMAND_DESC and OPTION_DESC in ipxe/ipxe
    // src/hci/commands, src/core/exec.c and src/image/script.c, at 36a4c85f (Debian 12) and in 2026.
    const string Rows = """
        autoboot 0 *
        boot 0 * name/n= timeout/t= quiet/q autofree/a replace/r
        ?certfree 0 0 subject/s=
        ?certstat 0 0 subject/s=
        ?certstore 0 1 subject/s= keep/k
        chain 0 * name/n= timeout/t= quiet/q autofree/a replace/r
        choose 1 1 menu/m= default/d= timeout/t= retimeout/r= keep/k
        clear 1 1
        ?colour 1 1 basic/b= rgb/r=
        config 0 1
        ?console 0 0 x/x= y/y= left/l= right/r= top/t= bottom/b= depth/d= picture/p= keep/k
        ?cpair 1 1 foreground/f= background/b=
        cpuid 1 1 ext/e amd/a ecx/c
        dhcp 0 * configurator/c= timeout/t=
        echo 0 * n/n
        exit 0 1
        ?fcels 1 1 port/p= id/i=
        ?fcstat 0 0
        ?fdt 0 1 timeout/t= quiet/q
        ?form 0 * name/n= delete/d
        ?gdbstub 1 *
        goto 1 1
        help 0 0
        ibstat 0 0
        ifclose 0 *
        ifconf 0 * configurator/c= timeout/t=
        ?iflinkwait 0 * timeout/t=
        ifopen 0 *
        ifstat 0 *
        imgargs 1 * name/n= timeout/t= quiet/q autofree/a replace/r
        ?imgdecrypt 2 2 name/n= keep/k timeout/t= quiet/q
        imgexec 0 * name/n= timeout/t= quiet/q autofree/a replace/r
        ?imgextract 1 1 name/n= keep/k timeout/t= quiet/q
        imgfetch 1 * name/n= timeout/t= quiet/q autofree/a replace/r
        imgfree 0 *
        imgload 1 * name/n= timeout/t= quiet/q autofree/a replace/r
        ?imgmem 2 2 name/n=
        imgselect 1 * name/n= timeout/t= quiet/q autofree/a replace/r
        ?imgset 2 2 keep/k timeout/t= quiet/q
        imgstat 0 *
        ?imgtrust 0 0 allow/a permanent/p
        ?imgverify 2 2 signer/s= keep/k timeout/t= quiet/q
        inc 1 2
        initrd 1 * name/n= timeout/t= quiet/q autofree/a replace/r
        ?ipstat 0 0
        iseq 2 2
        isset 1 1
        item 0 * menu/m= form/f= key/k= default/d secret/s gap/g
        iwlist 0 *
        iwstat 0 *
        kernel 1 * name/n= timeout/t= quiet/q autofree/a replace/r
        login 0 0
        ?lotest 2 2 mtu/m= broadcast/b
        ?md5sum 1 * set/s=
        menu 0 * name/n= delete/d
        module 1 * name/n= timeout/t= quiet/q autofree/a replace/r
        ?nslookup 2 2
        ?nstat 0 0
        ?ntp 1 1
        ?param 1 * params/p= header/H
        ?params 0 0 name/n= method/m= delete/d
        ?pciscan 1 1
        ?ping 1 1 size/s= timeout/t= count/c= quiet/q
        ?poweroff 0 0
        ?present 0 0 form/f= keep/k
        ?profstat 0 0
        prompt 0 * key/k= timeout/t=
        pxebs 2 2
        read 1 1
        reboot 0 0 warm/w setup/s
        route 0 0
        sanboot 0 * drive/d= no-describe/n keep/k filename/f= extra/e= label/l= uuid/u=
        sanhook 1 * drive/d= no-describe/n keep/k filename/f= extra/e= label/l= uuid/u=
        sanunhook 0 0 drive/d= no-describe/n keep/k filename/f=
        set 1 * timeout/t=
        ?sha1sum 1 * set/s=
        shell 0 0
        ?shim 0 1 timeout/t= quiet/q require-loader/l allow-pxe/p allow-sbat/s
        show 1 1 quiet/q
        sleep 1 1
        ?startpxe 0 *
        ?stoppxe 0 0
        sync 0 0 timeout/t=
        ?time 1 *
        ?usbscan 1 1
        ?vcreate 1 1 tag/t= priority/p=
        ?vdestroy 1 1
        """;

    public static FrozenDictionary<string, IpxeCommand> All { get; } =
        Rows.Split('\n', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries).Select(Read).ToFrozenDictionary(command => command.Name);

    public IpxeOption? Find(string option) => Array.Find(Options, known => option == "--" + known.Long || option == "-" + known.Short);

    static IpxeCommand Read(string row)
    {
        var words = row.TrimStart('?').Split(' ');
        return new(
            words[0], int.Parse(words[1], CultureInfo.InvariantCulture),
            words[2] == "*" ? int.MaxValue : int.Parse(words[2], CultureInfo.InvariantCulture),
            [.. words[3..].Select(word => new IpxeOption(word[..word.IndexOf('/', StringComparison.Ordinal)], word[word.IndexOf('/', StringComparison.Ordinal) + 1], word.EndsWith('=')))],
            row[0] != '?');
    }
}

sealed record IpxeOption(string Long, char Short, bool TakesValue);
