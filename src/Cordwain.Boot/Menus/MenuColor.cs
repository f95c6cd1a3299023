using System.Globalization;

namespace Cordwain.Boot.Menus;

/// <summary>A color of a menu: red, green, blue and opacity, each 0 to 255.</summary>
readonly record struct MenuColor(byte Alpha, byte Red, byte Green, byte Blue)
{
    // The sixteen of a text screen, in the order of ANSI, with GRUB's names for them.
    static readonly (byte Red, byte Green, byte Blue, string Name)[] TextColors =
    [
        (0, 0, 0, "black"), (170, 0, 0, "red"), (0, 170, 0, "green"), (170, 85, 0, "brown"),
        (0, 0, 170, "blue"), (170, 0, 170, "magenta"), (0, 170, 170, "cyan"), (170, 170, 170, "light-gray"),
        (85, 85, 85, "dark-gray"), (255, 85, 85, "light-red"), (85, 255, 85, "light-green"), (255, 255, 85, "yellow"),
        (85, 85, 255, "light-blue"), (255, 85, 255, "light-magenta"), (85, 255, 255, "light-cyan"), (255, 255, 255, "white"),
    ];

    /// <summary><c>#aarrggbb</c>, as PXELINUX takes it.</summary>
    public string Argb => string.Create(CultureInfo.InvariantCulture, $"#{Alpha:x2}{Red:x2}{Green:x2}{Blue:x2}");

    /// <summary>GRUB's name for the nearest color of a text screen.</summary>
    public string GrubName => TextColors[Nearest].Name;

    /// <summary>The nearest color of a text screen as an ECMA-48 sequence, for menus on a serial line.</summary>
    /// <param name="reversed">True for the line that is selected.</param>
    public string Ansi(bool reversed) =>
        string.Create(CultureInfo.InvariantCulture, $"{(reversed ? "7;" : "")}{(Nearest >= 8 ? "1;" : "")}{30 + Nearest % 8};40");

    /// <summary>Reads <c>#rrggbb</c> or <c>#aarrggbb</c>; without opacity the color covers.</summary>
    public static bool TryParse(string text, out MenuColor color)
    {
        color = default;
        if (text is not ['#', .. { Length: 6 or 8 } digits] || !uint.TryParse(digits, NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out var value))
            return false;
        color = new(digits.Length == 8 ? (byte)(value >> 24) : (byte)255, (byte)(value >> 16), (byte)(value >> 8), (byte)value);
        return true;
    }

    int Nearest
    {
        get
        {
            var best = 0;
            for (var i = 1; i < TextColors.Length; i++)
            {
                if (Distance(TextColors[i]) < Distance(TextColors[best]))
                    best = i;
            }

            return best;
        }
    }

    int Distance((byte Red, byte Green, byte Blue, string Name) other) =>
        (Red - other.Red) * (Red - other.Red) + (Green - other.Green) * (Green - other.Green) + (Blue - other.Blue) * (Blue - other.Blue);
}
