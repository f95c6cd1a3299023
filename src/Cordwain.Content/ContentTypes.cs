namespace Cordwain.Content;

/// <summary>MIME types of boot files.</summary>
static class ContentTypes
{
    public const string Text = "text/plain; charset=utf-8";

    // UEFI 2.10 §24.7.3: firmware goes by the type first, and takes an ISO or a disk image as a RAM disk.
    static readonly (string Ending, string Type)[] ByEnding =
    [
        (".efi", "application/efi"), (".efi.signed", "application/efi"),
        (".iso", "application/vnd.efi-iso"), (".img", "application/vnd.efi-img"),
        (".ipxe", Text), (".cfg", Text), (".conf", Text), (".txt", Text), (".lst", Text), (".ks", Text), (".yaml", Text), (".yml", Text), (".sh", Text),
        (".xml", "application/xml"), (".json", "application/json"), (".ign", "application/json"), (".png", "image/png"), (".jpg", "image/jpeg"),
    ];

    public static string Of(string name)
    {
        foreach (var (ending, type) in ByEnding)
        {
            if (name.EndsWith(ending, StringComparison.OrdinalIgnoreCase))
                return type;
        }

        return name.Contains("pxelinux.cfg/", StringComparison.OrdinalIgnoreCase) ? Text : "application/octet-stream";
    }
}
