using Cordwain.Boot.Decisions;
using Cordwain.Boot.Templates;
using Cordwain.Boot.Tests.Menus;

namespace Cordwain.Boot.Tests.Templates;

public sealed class TemplateTextTests
{
    static readonly TemplateScope Scope = TemplateScope.For(MenuExamples.Request("efi-x64", BootChannel.Http), MenuExamples.Catalog, MenuExamples.Web01);

    [Theory]
    [InlineData("no variables, { one brace }", "no variables, { one brace }")]
    [InlineData("{{ machine.mac }} {{machine.name}} {{ machine.hostname }}", "52:54:00:12:34:56 web01 web01")]
    [InlineData("{{ machine.uuid }}", "4c4c4544-0042-3510-8052-b4c04f4d4e32")]
    [InlineData("{{ machine.serial }}", "PF_12_x")]
    [InlineData("{{ machine.address }} {{ machine.arch }} {{ machine.platform }}", "10.77.0.130 efi-x64 efi")]
    [InlineData("{{ machine.vars.disk }} {{ machine.disk }}", "/dev/sda /dev/sda")]
    [InlineData("{{ server.address }} {{ server.http }} {{ server.tftp }}", "10.77.0.1 http://10.77.0.1:8067 tftp://10.77.0.1")]
    [InlineData("{{ network.name }} {{ network.router }} {{ network.dns }} {{ network.subnet }}", "rack-a 10.77.0.254 10.77.0.53 10.77.0.0/24")]
    [InlineData("{{ machine.name | string.upcase }}", "WEB01")]
    [InlineData("{{ if machine.platform == 'efi' }}e{{ else }}b{{ end }}", "e")]
    [InlineData("{{ for i in 1..3 }}{{ i }}{{ end }}", "123")]
    public void Renders(string text, string expected)
    {
        Assert.True(TemplateText.TryRender(text, Scope, out var result, out var error), error?.ToString());
        Assert.Equal(expected, result);
    }

    [Theory]
    [InlineData("x {{ machine.dusk }}", "CW3002", 1, 14, "machine.disk")]
    [InlineData("a\n  {{ server.htp }}", "CW3002", 2, 13, "server.http")]
    [InlineData("{{ machine.vars.dusk }}", "CW3002", 1, 17, "machine.vars.console, machine.vars.disk")]
    [InlineData("{{ mac }}", "CW3002", 1, 4, "machine.mac")]
    [InlineData("{{ machine.mac | string.shout }}", "CW3004", 1, 1, "")]
    [InlineData("{{ if }}", "CW3001", 1, 1, "")]
    [InlineData("a\nb {{ machine.mac", "CW3001", 2, 3, "")]
    [InlineData("{{ for i in 1..9 }}{{ machine.mac }}\n{{ if !", "CW3001", 2, 1, "")]
    [InlineData("{{ -", "CW3001", 1, 1, "")]
    [InlineData("{{ for i in 1..1000000 }}x{{ end }}", "CW3003", 1, 1, "")]
    [InlineData("{{ while true }}{{ end }}", "CW3003", 1, 1, "")]
    [InlineData("{{ x = 'xxxxxxxxxxxxxxxx'; for i in 1..40; x = x + x; end; x }}", "CW3003", 1, 1, "")]
    [InlineData("{{ for i in 1..9000 }}{{ for j in 1..9000 }}{{ end }}{{ end }}", "CW3003", 1, 1, "")]
    [InlineData("{{ machine.mac = 'x' }}", "CW3004", 1, 12, "")]
    [InlineData("{{ date.now }}", "CW3002", 1, 4, "")]
    [InlineData("{{ include 'x' }}", "CW3002", 1, 4, "")]
    public void A_mistake_has_a_place_and_a_way_out(string text, string code, int line, int column, string mentions)
    {
        Assert.False(TemplateText.TryRender(text, Scope, out var result, out var error, "args of debian-12"));
        Assert.Equal("", result);
        Assert.Equal(code, error.Code);
        Assert.StartsWith("args of debian-12: ", error.Message, StringComparison.Ordinal);
        Assert.Contains(mentions, error.Message, StringComparison.Ordinal);
        Assert.True(error is { Line: >= 1, Column: >= 1 }, error.ToString());
        if (column != 1)
            Assert.Equal((line, column), (error.Line, error.Column));
    }

    [Fact]
    public void A_variable_without_a_value_is_empty()
    {
        var nobody = TemplateScope.For(MenuExamples.Request("never said", BootChannel.Http) with { Network = null }, MenuExamples.Catalog, machine: null);
        Assert.True(TemplateText.TryRender("[{{ machine.name }}{{ machine.arch }}{{ network.router }}]", nobody, out var result, out _));
        Assert.Equal("[]", result);
    }

    [Fact]
    public void A_variable_of_the_machine_cannot_hide_what_it_is()
    {
        var liar = MenuExamples.Web01 with { Vars = System.Collections.Frozen.FrozenDictionary.ToFrozenDictionary(new Dictionary<string, string> { ["mac"] = "other" }) };
        var scope = TemplateScope.For(MenuExamples.Request("bios", BootChannel.Http), MenuExamples.Catalog, liar);
        Assert.True(TemplateText.TryRender("{{ machine.mac }} {{ machine.vars.mac }}", scope, out var result, out _));
        Assert.Equal("52:54:00:12:34:56 other", result);
    }

    [Fact]
    public void Many_machines_render_one_text_at_once()
    {
        Parallel.For(0, 200, i =>
        {
            var machine = MenuExamples.Web01 with { Name = $"m{i}" };
            var scope = TemplateScope.For(MenuExamples.Request("bios", BootChannel.Http), MenuExamples.Catalog, machine);
            Assert.True(TemplateText.TryRender("{{ for i in 1..20 }}{{ machine.name }}{{ end }}", scope, out var result, out _));
            Assert.Equal(string.Concat(Enumerable.Repeat($"m{i}", 20)), result);
        });
    }
}
