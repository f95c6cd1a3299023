using Cordwain.Boot.Catalog;
using Cordwain.Boot.Decisions;
using Cordwain.Boot.Machines;
using Cordwain.Boot.Menus;
using Cordwain.Content;
using Cordwain.Hosting;
using Cordwain.Protocols.Wire;
using Microsoft.Extensions.Time.Testing;

namespace Cordwain.Tests.Hosting;

/// <summary>What a password protects, and how often one may guess.</summary>
public sealed class MenuTextsTests
{
    const string Right = "right", Opens = "reboot || goto failed", Wrong = "Wrong password for reboot.", TooMany = "Too many wrong passwords.";

    static readonly Ipv4Address Somebody = Ipv4Address.Parse("10.77.0.130"), Another = Ipv4Address.Parse("10.77.0.131");

    static readonly BootCatalog Catalog = BootCatalog.Empty with
    {
        Menu = new() { Items = [new MenuItem.Entry("reboot") { Password = Right }, new MenuItem.Entry("poweroff")] },
    };

    readonly FakeTimeProvider _time = new();
    readonly MenuTexts _menus;

    public MenuTextsTests() => _menus = new(_time);

    [Fact]
    public void After_five_wrong_passwords_even_the_right_one_waits_for_its_twelve_seconds()
    {
        for (var i = 0; i < PasswordGuesses.Most; i++)
        {
            Assert.Contains(Wrong, Ask($"guess{i}").Script, StringComparison.Ordinal);
            _time.Advance(TimeSpan.FromSeconds(1));
        }

        var refused = Ask(Right);
        Assert.Contains($"echo {TooMany} Try again in 7 s.", refused.Script, StringComparison.Ordinal);
        Assert.Equal("10.77.0.130 gave 5 wrong passwords within a minute: nothing is compared for another 7 s", refused.Refused?.Because);
        Assert.Contains(Opens, Ask(Right, Another).Script, StringComparison.Ordinal);

        _time.Advance(TimeSpan.FromSeconds(7) - TimeSpan.FromTicks(1));
        Assert.Contains($"{TooMany} Try again in 1 s.", Ask(Right).Script, StringComparison.Ordinal);
        _time.Advance(TimeSpan.FromTicks(1));
        Assert.Contains(Opens, Ask(Right).Script, StringComparison.Ordinal);
    }

    [Fact]
    public void What_needs_no_password_is_no_guess_and_is_opened_after_too_many_of_them()
    {
        for (var i = 0; i < PasswordGuesses.Most; i++)
        {
            Assert.Contains("poweroff || echo", Ask("x", name: "poweroff").Script, StringComparison.Ordinal);
            Assert.Null(Render("missing", "x"));
            Assert.Contains(Wrong, Ask("x").Script, StringComparison.Ordinal);
        }

        Assert.Contains(TooMany, Ask("x").Script, StringComparison.Ordinal);
        Assert.Contains("poweroff || echo", Ask("x", name: "poweroff").Script, StringComparison.Ordinal);
        Assert.Null(Render("missing", "x"));
    }

    [Fact]
    public void Right_passwords_and_names_without_one_are_no_guesses()
    {
        for (var i = 0; i < 3 * PasswordGuesses.Most; i++)
        {
            Assert.Null(Ask(Right).Refused);
            Assert.Equal("no password was given for reboot", Ask(null).Refused?.Because);
        }

        Assert.Equal("the password for reboot is wrong", Ask("x").Refused?.Because);
    }

    [Fact]
    public void A_right_password_does_not_make_room_for_more_wrong_ones()
    {
        for (var i = 0; i < PasswordGuesses.Most; i++)
        {
            Assert.Contains(Wrong, Ask("x").Script, StringComparison.Ordinal);
            Ask(Right);
        }

        Assert.Contains(TooMany, Ask("x").Script, StringComparison.Ordinal);
    }

    [Fact]
    public void Addresses_are_remembered_up_to_a_bound_and_no_longer_than_a_minute()
    {
        for (var i = 0u; i < PasswordGuesses.MostAddresses; i++)
            Ask("x", new(i + 1));

        Assert.Contains(TooMany, Ask("x", Another).Script, StringComparison.Ordinal);
        Assert.Contains(Wrong, Ask("x", new(1)).Script, StringComparison.Ordinal);
        _time.Advance(TimeSpan.FromMinutes(1));
        Assert.Contains(Wrong, Ask("x", Another).Script, StringComparison.Ordinal);
    }

    EntryText Ask(string? password, Ipv4Address? from = null, string name = "reboot") => Assert.IsType<EntryText>(Render(name, password, from));

    EntryText? Render(string name, string? password, Ipv4Address? from = null)
    {
        var request = new BootRequest { Channel = BootChannel.Http, Server = Ipv4Address.Parse("10.77.0.1"), Machine = new(MacAddress.Parse("52:54:00:00:00:01")), Address = from ?? Somebody, IsIpxe = true, File = $"entry/{name}.ipxe" };
        return _menus.Render(new ContentCandidate.MenuEntry(name, password), request, Catalog);
    }
}
