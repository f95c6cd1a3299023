using Cordwain.Management.Check.Scripts;

namespace Cordwain.Management.Check;

/// <summary>Mistakes in the operator's own scripts and menus in the files folder.</summary>
sealed class ScriptsCheck : ICheck
{
    public string Title => "scripts";

    public IEnumerable<Problem> Examine(CheckSubject subject)
    {
        if (subject.Settings.FilesFolder is not { } folder)
            return [];

        return subject.Host.FilesBelow(folder).Order(StringComparer.Ordinal).SelectMany(name =>
            IsIpxe(name) ? Read(name, text => IpxeScriptCheck.Check(Path.Join(folder, name), text))
            : IsPxelinux(name) ? Read(name, text => PxelinuxConfigCheck.Check(Path.Join(folder, name), text, IsThere))
            : []);

        IEnumerable<Problem> Read(string name, Func<string, IEnumerable<Problem>> check) => subject.Host.ReadText(Path.Join(folder, name)) is { } text ? check(text) : [];

        bool IsThere(string name) => subject.Catalog.Loaders.Available.Contains(name) || subject.Host.FileExists(Path.Join(folder, name));
    }

    static bool IsIpxe(string name) => name.EndsWith(".ipxe", StringComparison.OrdinalIgnoreCase);

    static bool IsPxelinux(string name) => name.Split('/') is [.., "pxelinux.cfg", _] || Path.GetFileName(name) is "extlinux.conf" or "syslinux.cfg";
}
