using Cordwain.Boot.Menus.Extlinux;

namespace Cordwain.Boot.Tests.Menus;

public sealed class UBootScriptImageTests
{
    /// <summary>What U-Boot's own tool makes: SOURCE_DATE_EPOCH=0 mkimage -A arm64 -T script -C none -n "Cordwain menu" -d script.</summary>
    const string ByMkimage =
        "27051956b9a306ae000000000000001c0000000000000000aaaf92da05160600"
        + "436f72647761696e206d656e7500000000000000000000000000000000000000"
        + "0000001400000000"
        + "707865206765742026262070786520626f6f740a";

    [Fact]
    public void Is_what_mkimage_makes() =>
        Assert.Equal(ByMkimage, Convert.ToHexStringLower(UBootScriptImage.MenuByNetwork));
}
