using Cordwain.Boot.Decisions;
using Cordwain.Boot.Menus;

namespace Cordwain.Management.Check;

/// <summary>What of the menu the loaders cannot show or start.</summary>
sealed class MenuCheck : ICheck
{
    static readonly string[] Looks = [MenuRemark.LookNotShown, MenuRemark.LayoutNotShown, MenuRemark.TextChanged];

    public string Title => "menu";

    public IEnumerable<Problem> Examine(CheckSubject subject) => MenuSurvey.Of(subject.Catalog).Select(remark => new Problem(
        remark.Code,
        IsMinor(remark) ? Severity.Note : Severity.Warning,
        $"{(remark.Dialect is { } dialect ? $"{NameOf(dialect)}: " : "")}{remark.Item}: {remark.Message}"));

    // That a loader lacks a shell or cannot power off is known, and no slip of the operator's.
    static bool IsMinor(MenuRemark remark) => Looks.Contains(remark.Code) || Choices.All.Any(choice => choice.Name == remark.Item);

    static string NameOf(MenuDialect dialect) => dialect switch
    {
        MenuDialect.Ipxe => "iPXE",
        MenuDialect.Pxelinux => "PXELINUX",
        MenuDialect.Grub => "GRUB",
        _ => "U-Boot",
    };
}
