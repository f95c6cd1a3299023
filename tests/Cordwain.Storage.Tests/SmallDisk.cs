using System.Diagnostics;

namespace Cordwain.Storage.Tests;

/// <summary>A small file system in memory, mounted for a test; needs root.</summary>
sealed class SmallDisk : IDisposable
{
    readonly string _path;

    public SmallDisk(string path, int megabytes = 2)
    {
        _path = Directory.CreateDirectory(path).FullName;
        Run("mount", "-t", "tmpfs", "-o", $"size={megabytes}m", "tmpfs", _path);
    }

    public void MakeReadOnly() => Run("mount", "-o", "remount,ro", _path);

    public string File(string name) => Path.Combine(_path, name);

    public long Free => new DriveInfo(_path).AvailableFreeSpace;

    public void Fill() => System.IO.File.WriteAllBytes(File("ballast"), new byte[Free]);

    public void Empty() => System.IO.File.Delete(File("ballast"));

    public void Dispose() => Run("umount", _path);

    static void Run(string program, params string[] arguments)
    {
        using var process = Process.Start(program, arguments);
        process.WaitForExit();
        Assert.Equal(0, process.ExitCode);
    }
}
