using Cordwain.Boot.Catalog;
using Cordwain.Boot.Menus;

namespace Cordwain.Boot.Decisions.Rules;

/// <summary><c>image/NAME/FILE</c>: a kernel, an initrd or a program of an image, wherever it lies.</summary>
static class ImageFile
{
    const string LoaderMark = "loader:";

    public static Verdict Apply(Question question)
    {
        var path = Reading.NameOf(question).Path;
        return ImageFileNames.TryFind(question.Catalog, path, out var image, out var file)
            ? Reading.Serve(question, [path], Place(file), $"it is a file of {image.Name}, {file.Location}")
            : Verdict.Pass("the name is no file of an image");
    }

    static ContentCandidate Place(BootFileRef file) =>
        file.IsRemote ? new ContentCandidate.RemoteFile(file)
        : file.Location.StartsWith(LoaderMark, StringComparison.Ordinal) ? new ContentCandidate.LoaderFile(file.Location[LoaderMark.Length..])
        : new ContentCandidate.FolderFile(file.Location.TrimStart('/'));
}
