using System.Diagnostics;

namespace Cordwain.Storage.Tests;

/// <summary>A small file system, mounted for a test; needs root.</summary>
sealed class SmallDisk : IDisposable
{
    readonly string _path;

    /// <summary>In memory: what is there can be written anew, full or not.</summary>
    public SmallDisk(string path, int megabytes = 2)
    {
        _path = Directory.CreateDirectory(path).FullName;
        Run("mount", "-t", "tmpfs", "-o", $"size={megabytes}m", "tmpfs", _path);
    }

    SmallDisk(string path, string image)
    {
        _path = Directory.CreateDirectory(path).FullName;
        Run("mkfs.btrfs", "--quiet", "--mixed", image);
        Run("mount", "-o", "loop", image, _path);
    }

    /// <summary>Writes in another place what it changes, and so changes nothing when it is full, mapped pages neither.</summary>
    /// <param name="image">The file it lies in.</param>
    public static SmallDisk WithBtrfs(string path, string image)
    {
        using (var file = System.IO.File.Create(image))
            file.SetLength(64 << 20);
        return new(path, image);
    }

    public void MakeReadOnly() => Run("mount", "-o", "remount,ro", _path);

    public string File(string name) => Path.Combine(_path, name);

    public long Free => new DriveInfo(_path).AvailableFreeSpace;

    /// <summary>Takes all the room there is, while others take some of it as well.</summary>
    public void Fill()
    {
        // What was deleted a moment ago is room only after the next transaction of a file system.
        for (var round = 0; round < 3; round++)
        {
            FillOnce();
            Run("sync", "-f", _path);
        }
    }

    void FillOnce()
    {
        using var ballast = new FileStream(File("ballast"), FileMode.Append, FileAccess.Write, FileShare.Read, bufferSize: 0);
        var page = new byte[4096];
        for (var refused = 0; Free > 0 && refused < 100;)
        {
            try
            {
                ballast.Write(page);
            }
            catch (IOException)
            {
                refused++;   // somebody else was quicker with the last page, or the file system keeps it for itself
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
