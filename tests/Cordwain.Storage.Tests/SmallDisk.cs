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

    /// <summary>Takes all the room there is, while others take some of it as well.</summary>
    public void Fill()
    {
        using var ballast = new FileStream(File("ballast"), FileMode.Create, FileAccess.Write, FileShare.Read, bufferSize: 0);
        var page = new byte[4096];
        while (Free > 0)
        {
            try
            {
                ballast.Write(page);
            }
            catch (IOException)
            {
                // Somebody else was quicker with the last page.
            }
        }
    }

    public void Empty() => System.IO.File.Delete(File("ballast"));

    public void Dispose() => Run("umount", _path);

    static void Run(string program, params string[] arguments)
    {
        using var process = Process.Start(program, arguments);
        process.WaitForExit();
        Assert.Equal(0, process.ExitCode);
    }
}
