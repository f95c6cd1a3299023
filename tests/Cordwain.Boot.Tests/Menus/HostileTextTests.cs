using System.Collections.Frozen;
using Cordwain.Boot.Catalog;
using Cordwain.Boot.Decisions;
using Cordwain.Boot.Menus;
using CsCheck;

namespace Cordwain.Boot.Tests.Menus;

/// <summary>Whatever stands in a title, a variable or an argument, a menu keeps its shape.</summary>
public sealed class HostileTextTests
{
    public static TheoryData<string> Texts =>
    [
        "two\nlines", "carriage\rreturn", "tab\tand\vmore", "a || goto shell", "a && reboot", "a ; poweroff", "# comment", "|| reboot", "&&", ";",
        "${net0/mac}", "$${x}{y}", "${${x}}", "${", "{{ machine.nothing }}", "{{", "}} {{ 1 }}", "it's", "'; reboot; '", "\"quoted\"", "`reboot`", "$(reboot)",
        "back\\", "back\\\\", "\0nul\0", "\u001b[2Jescape", "caret ^x", "--gap x", "-n", "%n%s", "\ud800 lone", "Zażółć gęślą jaźń", "日本語", "🥾 boots", "", "   ",
        "}\nmenuentry x {", "\nLABEL x\nKERNEL y", "TEXT HELP", "ENDTEXT", "\u2028line\u0085feed",
    ];

    [Theory, MemberData(nameof(Texts))]
    public void An_ipxe_menu_keeps_its_commands(string text)
    {
        var (plain, _) = IpxeReading.Read(Render(MenuDialect.Ipxe, "x"));
        var (hostile, variables) = IpxeReading.Read(Render(MenuDialect.Ipxe, text));
        Assert.Equal(plain.Select(Shape), hostile.Select(Shape));
        Assert.Subset(new HashSet<string> { "empty", "menu-timeout", "selected", "platform" }, variables.ToHashSet());
    }

    [Theory, MemberData(nameof(Texts))]
    public void A_pxelinux_menu_keeps_its_keywords(string text) =>
        Assert.Equal(Keywords(Render(MenuDialect.Pxelinux, "x")), Keywords(Render(MenuDialect.Pxelinux, text)));

    [Theory, MemberData(nameof(Texts))]
    public void An_extlinux_menu_keeps_its_keywords(string text) =>
        Assert.Equal(Keywords(Render(MenuDialect.Extlinux, "x")), Keywords(Render(MenuDialect.Extlinux, text)));

    [Theory, MemberData(nameof(Texts))]
    public void A_grub_menu_keeps_its_words(string text) =>
        Assert.Equal(GrubWords(Render(MenuDialect.Grub, "x")).Count, GrubWords(Render(MenuDialect.Grub, text)).Count);

    [Theory, MemberData(nameof(Texts))]
    public void Only_printable_characters_reach_a_loader(string text)
    {
        foreach (var dialect in Enum.GetValues<MenuDialect>())
            Assert.DoesNotContain(Render(dialect, text), c => char.IsControl(c) && c != '\n');
    }

    [Fact]
    public void Any_text_keeps_the_shape_of_every_dialect() =>
        Gen.String.Sample(text =>
        {
            An_ipxe_menu_keeps_its_commands(text);
            A_pxelinux_menu_keeps_its_keywords(text);
            An_extlinux_menu_keeps_its_keywords(text);
            A_grub_menu_keeps_its_words(text);
        }, iter: 300);

    [Theory]
    [InlineData("a || b", "a || b")]
    [InlineData("x && y ; z", "x && y ; z")]
    [InlineData("#hash ends\\", "#hash ends\\")]
    [InlineData("grüße|| \"a b\"", "grüße|| \"a b\"")]
    public void A_kernel_gets_its_arguments_from_ipxe_as_they_were_meant(string arguments, string expected)
    {
        var (commands, _) = IpxeReading.Read(Render(MenuDialect.Ipxe, "t", arguments));
        var kernel = Assert.Single(commands, command => command is ["kernel", ..]);
        Assert.Equal(expected, string.Join(' ', kernel.Skip(2)));
    }

    [Theory]
    [InlineData("a=b 'c d' \"e f\" g=\"h i\"", new[] { "a=b", "'c", "d'", "e f", "g=h i" })]
    [InlineData("$x `y` {z} ; }", new[] { "$x", "`y`", "{z}", ";", "}" })]
    public void A_kernel_gets_its_arguments_from_grub_as_they_were_meant(string arguments, string[] expected)
    {
        var words = GrubWords(Render(MenuDialect.Grub, "t", arguments));
        var linux = words.IndexOf("linux");
        Assert.Equal(expected, words.Skip(linux + 2).Take(expected.Length));
    }

    [Fact]
    public void A_serial_number_is_one_word_in_arguments()
    {
        var text = Render(MenuDialect.Pxelinux, "t", "serial={{ machine.serial }} end", serial: "PF 1\"2 init=/bin/sh ${x}\n");
        Assert.Contains("APPEND serial=PF_1_2_init=/bin/sh___x_ end\n", text, StringComparison.Ordinal);
    }

    static string Render(MenuDialect dialect, string text, string arguments = "quiet", string? serial = null)
    {
        // Titles are templates; a text from outside reaches them as a variable.
        var image = MenuExamples.Image("x", "{{ machine.vars.text }}", new ImageVariant(BootCondition.Always, new BootMethod.Kernel(new("x/linux"), [], arguments)));
        var menu = new MenuDefinition
        {
            Title = "{{ machine.vars.text }}",
            Timeout = null,
            Items = [new MenuItem.Entry("x"), new MenuItem.Separator("{{ machine.vars.text }} -"), new MenuItem.Entry("local")],
        };
        var scope = MenuExamples.Scope(dialect, dialect == MenuDialect.Extlinux ? "uboot-arm64" : "bios");
        return MenuRenderers.RenderMenu(menu, scope with
        {
            Catalog = scope.Catalog with { Images = new Dictionary<string, ImageDefinition> { ["x"] = image }.ToFrozenDictionary() },
            Machine = MenuExamples.Web01 with { Serial = null, Vars = new Dictionary<string, string> { ["text"] = text }.ToFrozenDictionary() },
            Request = serial is null ? scope.Request : scope.Request with { Machine = scope.Request.Machine with { Serial = serial } },
        }).Text;
    }

    // A command with the part of its arguments that is not text for people.
    static string Shape(string[] command) => command switch
    {
        ["menu", "--", ..] => "menu --",
        ["item", "--gap", "--", ..] => "item --gap --",
        ["item", var label, ..] => "item " + label,
        _ => string.Join(' ', command),
    };

    // The first words of each line, as far as they are the dialect's and not text for people.
    static List<string> Keywords(string text) =>
        [.. text.Split('\n').Select(line => line.Trim().Split(' ')).Select(words => words is ["MENU", var second, ..] ? "MENU " + second : words[0])];

    /// <summary>Words of GRUB's script language: quotes joined, line ends as words of their own.</summary>
    static List<string> GrubWords(string text)
    {
        var words = new List<string>();
        var word = new System.Text.StringBuilder();
        var (quoted, inWord) = (false, false);
        for (var i = 0; i < text.Length; i++)
        {
            if (quoted && text[i] != '\'')
                word.Append(text[i]);
            else if (text[i] == '\'')
                (quoted, inWord) = (!quoted, true);
            else if (text[i] == '\\')
                (_, inWord) = (word.Append(text[++i]), true);
            else if (char.IsWhiteSpace(text[i]))
                End(text[i] == '\n');
            else
                (_, inWord) = (word.Append(text[i]), true);
        }

        Assert.False(quoted);
        return words;

        void End(bool line)
        {
            if (inWord)
                words.Add(word.ToString());
            if (line)
                words.Add("\n");
            word.Clear();
            inWord = false;
        }
    }
}
