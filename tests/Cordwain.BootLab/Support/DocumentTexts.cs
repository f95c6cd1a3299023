namespace Cordwain.BootLab.Support;

/// <summary>The texts of the classic set-up, as printed, and mended where they are wrong.</summary>
static class DocumentTexts
{
    /// <summary>With its two faults: <c>choose</c> without <c>--timeout</c>, and a <c>goto</c> to a label that is not there.</summary>
    public const string PrintedScript = """
        #!ipxe

        :start
        # Define a generic title for the menu
        menu iPXE boot menu
        # And now we define some options for our menu
        item localboot      Boot from local disk
        item centos6_x64    Install CentOS 6 x64
        item centos6_i386   Install CentOS 6 i386

        # Now we prompt the user to choose what they want to do.  If they don't select an option
        # within 60s we default to booting from the local disk.  If they somehow choose an invalid
        # option, we drop them to the iPXE shell for further debugging
        choose --default localboot 60000 bootoption && goto ${bootoption} ||
        echo Invalid option selected!
        shell

        # Here we define our two network installation options.  iPXE supports basic variable operations,
        # so we can reuse much the same code for booting the two different architectures.  We'll define
        # some options specifying the version and architecture we want, then jump to some common installer
        # code
        :centos6_x64
        set centos-version 6
        set arch x86_64
        goto centos_installer

        :centos6_i386
        set centos-version 6
        set arch i386
        goto centos_installer

        # This demonstrates some of the power of iPXE.  We make use of variables to prevent config duplication
        # and we load the installer files directly off the CentOS mirror.  There's no need to copy everything
        # to a local TFTP server.  We also fallback to a shell if the boot fails so any issues can be debugged
        :centos_installer
        kernel http://mirror.centos.org/centos-${centos-version}/${centos-version}/os/${arch}/images/pxeboot/vmlinuz ramdisk_size=65535 noipv6 network
        initrd http://mirror.centos.org/centos-${centos-version}/${centos-version}/os/${arch}/images/pxeboot/initrd.img
        boot ||
        goto shell

        # This just exits iPXE entirely, and allows the rest of the boot process to proceed
        :localboot
        exit

        """;

    const string PrintedPxelinuxMenu = """
        # We want to load the vesamenu module, which generates GUI menus
        UI vesamenu.c32
        # Don't display a prompt for the user to type in a boot option (they'll be selecting one instead)
        PROMPT 0
        # Our default option is to boot from the local drive
        DEFAULT localboot
        # Wait 60s before booting to the default option
        TIMEOUT 600

        # Define a title for our menu
        MENU TITLE SysLinux Boot Menu

        # This is the internal name for this option.
        LABEL centos6_x64
            # And a human readable description
            MENU LABEL Install CentOS 6 x64
            # This is the kernel file to download (via TFTP) and boot
            KERNEL centos/6/x64/vmlinuz
            # And any command line options to pass to the kernel
            APPEND initrd=centos/6/x64/initrd.img ramdisk_size=65535 noipv6 network

        # Now for the i386 version.  As SysLinux doesn't support variables, we end up duplicating
        # the majority of the config from the x64 version
        LABEL centos6_i386
            MENU LABEL Install CentOS 6 i386
            KERNEL centos/6/i386/vmlinuz
            APPEND initrd=centos/6/i386/initrd.img ramdisk_size=65535 noipv6 network

        LABEL localboot
            # Proceed through the rest of the normal boot process
            LOCALBOOT 0

        """;

    /// <summary>The two faults mended, the mirror one that the lab has, and the lab's arguments for its kernel.</summary>
    public static string MendedScript(Lab lab) => PrintedScript
        .Replace("choose --default localboot 60000 bootoption", "choose --default localboot --timeout 60000 bootoption", StringComparison.Ordinal)
        .Replace("goto shell", "shell", StringComparison.Ordinal)
        .Replace("http://mirror.centos.org/", $"http://{Lab.Server}:8067/", StringComparison.Ordinal)
        .Replace("noipv6 network", $"noipv6 network {lab.Arguments}", StringComparison.Ordinal);

    public static string PxelinuxMenu(Lab lab) =>
        "SERIAL 0 115200\n" + PrintedPxelinuxMenu.Replace("noipv6 network", $"noipv6 network {lab.Arguments}", StringComparison.Ordinal);
}
