using Cordwain.Boot.Catalog;
using Cordwain.Boot.Decisions;
using Cordwain.Boot.Decisions.Names;

namespace Cordwain.Boot.Menus;

/// <summary>Names files as each loader asks for them.</summary>
static class FileLocations
{
    /// <param name="why">Null, or why the file comes by another way than the operator wanted.</param>
    public static FileView Of(ImageDefinition image, BootFileRef file, MenuScope scope, out string? why)
    {
        why = null;
        var name = ImageFileNames.For(image, file);
        var last = name[(name.LastIndexOf('/') + 1)..];
        if (OutsideUrl(file) is { } url)
        {
            if (Direct(url, scope) is { } direct)
                return new(direct, last);
            why = $"this loader cannot fetch {url} itself; it gets the file through this server";
        }

        // A script or program of the folder keeps its own path: what it loads itself is named relative to that.
        return new(Own(IsPlainPath(file.Location) ? file.Location : name, scope), last);
    }

    /// <summary>A file of the folder, for looks.</summary>
    public static FileView Of(string path, MenuScope scope) => new(Own(path.TrimStart('/'), scope), path[(path.LastIndexOf('/') + 1)..]);

    static string? OutsideUrl(BootFileRef file) =>
        file.IsRemote ? (file.ViaServer ? null : file.Location)
        : file.Location.StartsWith("tftp://", StringComparison.OrdinalIgnoreCase) ? file.Location
        : null;

    static string? Direct(string url, MenuScope scope)
    {
        if (!Uri.TryCreate(url, UriKind.Absolute, out var uri))
            return null;

        var overHttp = scope.Request.Channel == BootChannel.Http;
        return (scope.Dialect, uri.Scheme) switch
        {
            // Distributions build iPXE without HTTPS (config/general.h: DOWNLOAD_PROTO_HTTPS is off).
            (MenuDialect.Ipxe, not "https") => uri.AbsoluteUri,
            // lpxelinux.0, and only it, knows URLs; that it fetched its configuration by HTTP proves that it is it.
            (MenuDialect.Pxelinux, "http") when overHttp => uri.AbsoluteUri,
            (MenuDialect.Pxelinux, "tftp") => $"{uri.Host}::{uri.AbsolutePath.TrimStart('/')}",
            (MenuDialect.Grub, "http") when overHttp => $"(http,{uri.Authority}){uri.AbsolutePath}",
            (MenuDialect.Grub, "tftp") => $"(tftp,{uri.Host}){uri.AbsolutePath}",
            _ => null,
        };
    }

    static string Own(string path, MenuScope scope)
    {
        var overHttp = scope.Request.Channel == BootChannel.Http;
        var server = scope.Request.Server;
        return scope.Dialect switch
        {
            MenuDialect.Ipxe => $"{scope.Station.HttpBase}/{Escaped(path)}",
            MenuDialect.Pxelinux when overHttp => $"{scope.Station.HttpBase}/{Escaped(path)}",
            // "::" takes the name as it stands, from the root, wherever pxelinux.0 itself came from.
            MenuDialect.Pxelinux => "::" + path,
            // GRUB 2.06 has no port in (http,…), but one that came by HTTP from our port has shown that it can.
            MenuDialect.Grub when overHttp => $"(http,{scope.Station.HttpBase["http://".Length..]})/{path}",
            MenuDialect.Grub => $"(tftp,{server})/{path}",
            // U-Boot puts the folder of its boot file in front, even of a slash.
            _ => path,
        };
    }

    static string Escaped(string path) => string.Join('/', path.Split('/').Select(Uri.EscapeDataString));

    static bool IsPlainPath(string location) =>
        !location.Contains(':', StringComparison.Ordinal)
        && location is not ['/', ..]
        && location.All(c => char.IsAsciiLetterOrDigit(c) || c is '.' or '-' or '_' or '/' or '+');
}
