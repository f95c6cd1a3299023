using Cordwain.Boot.Catalog;
using Cordwain.Boot.Decisions.Names;
using Cordwain.Protocols.Wire;

namespace Cordwain.Boot.Decisions.Rules;

/// <summary><c>image/NAME/FILE</c>: a kernel, an initrd or a program of an image, wherever it lies.</summary>
static class ImageFile
{
    const string LoaderMark = "loader:";

    public static Verdict Apply(Question question)
    {
        var path = Reading.NameOf(question).Path;
        if (!ImageFileNames.TrySplit(path, out var imageName, out var fileName))
            return Verdict.Pass("the name is no file of an image");
        if (Choices.Find(question.Catalog, imageName.ToLowerInvariant()) is not { } image)
            return Reading.OnlyFolder(question, question.Say($"there is no image {PrintableText.Quote(imageName)}"));

        return ImageFileNames.Find(image, fileName) is { } file
            ? Reading.Serve(question, [path], Place(file), question.Say($"it is a file of {image.Name}, {file.Location}"))
            : Reading.OnlyFolder(question, question.Say($"image {image.Name} has no file {PrintableText.Quote(fileName)}"));
    }

    static ContentCandidate Place(BootFileRef file) =>
        file.IsRemote ? new ContentCandidate.RemoteFile(file)
        : file.Location.StartsWith(LoaderMark, StringComparison.Ordinal) ? new ContentCandidate.LoaderFile(file.Location[LoaderMark.Length..])
        : new ContentCandidate.FolderFile(file.Location.TrimStart('/'));
}
