using System.Diagnostics;

namespace Cordwain.BootLab.Support;

/// <summary>What emulated machines boot: Debian's kernels with a tiny userland that says the boot's nonce, made once and kept in the cache.</summary>
static class LabFiles
{
    /// <summary>What the userland writes to the console, followed by the nonce from its kernel's command line.</summary>
    public const string UpMark = "LAB-UP ";

    const string Init = """
        #!/bin/busybox sh
        /bin/busybox mount -t proc proc /proc
        nonce=none
        for word in $(/bin/busybox cat /proc/cmdline); do
            case $word in lab.nonce=*) nonce=${word#lab.nonce=} ;; esac
        done
        echo "LAB-UP $nonce"
        /bin/busybox sleep 1
        /bin/busybox poweroff -f

        """;

    static readonly Lock Making = new();

    static readonly string Cache = Environment.GetEnvironmentVariable("CORDWAIN_LAB_CACHE")
        ?? Path.Combine(Environment.GetEnvironmentVariable("XDG_CACHE_HOME")
            ?? Path.Combine(Environment.GetFolderPath(Environment.SpecialFolder.UserProfile), ".cache"), "cordwain-lab");

    /// <summary>A file of a package that tests/install unpacked.</summary>
    public static string Unpacked(string path, string architecture = "amd64") => Path.Combine(Cache, "root-" + architecture, path);

    public static string Kernel(string architecture = "amd64") =>
        Directory.GetFiles(Unpacked("boot", architecture), "vmlinuz-*") is [var kernel, ..]
            ? kernel
            : throw new FileNotFoundException($"No kernel in {Unpacked("boot", architecture)}: run tests/install.");

    /// <summary>The userland as an initrd.</summary>
    public static string Initrd(string architecture = "amd64")
    {
        lock (Making)
        {
            var initrd = Path.Combine(Cache, $"lab-initrd-{architecture}.gz");
            if (File.Exists(initrd))
                return initrd;

            var root = Directory.CreateTempSubdirectory("lab-initrd-").FullName;
            Directory.CreateDirectory(Path.Combine(root, "bin"));
            Directory.CreateDirectory(Path.Combine(root, "proc"));
            Directory.CreateDirectory(Path.Combine(root, "dev"));
            File.Copy(architecture == "amd64" ? "/bin/busybox" : Unpacked("bin/busybox", architecture), Path.Combine(root, "bin/busybox"));
            File.WriteAllText(Path.Combine(root, "init"), Init);
            Shell($"chmod +x {root}/init && mknod {root}/dev/console c 5 1 && cd {root} && find . | cpio -o -H newc --quiet | gzip > {initrd}.new && mv {initrd}.new {initrd}");
            Directory.Delete(root, recursive: true);
            return initrd;
        }
    }

    static void Shell(string command)
    {
        using var shell = Process.Start(new ProcessStartInfo("/bin/sh", ["-c", command]) { RedirectStandardError = true })!;
        var error = shell.StandardError.ReadToEnd();
        shell.WaitForExit();
        if (shell.ExitCode != 0)
            throw new InvalidOperationException($"{command}: {error}");
    }
}
