using Cordwain.Hosting;
using Cordwain.Protocols.Wire;
using Microsoft.Extensions.Time.Testing;

namespace Cordwain.Tests.Hosting;

public sealed class PasswordGuessesTests
{
    readonly FakeTimeProvider _time = new();

    [Fact]
    public void An_address_without_a_place_hears_of_the_others_and_gets_one_when_the_oldest_minute_is_over()
    {
        var guesses = new PasswordGuesses(_time);
        Assert.Null(guesses.Begin(Address(0), out _));
        _time.Advance(TimeSpan.FromSeconds(20));
        for (uint i = 1; i < PasswordGuesses.MostAddresses; i++)
            Assert.Null(guesses.Begin(Address(i), out _));

        for (var times = 0; times < 3; times++)
        {
            Assert.Equal("4096 other addresses gave wrong passwords within a minute", guesses.Begin(Address(9999), out var pause));
            Assert.Equal(TimeSpan.FromSeconds(40), pause);
        }

        Assert.Null(guesses.Begin(Address(1), out _));
        _time.Advance(TimeSpan.FromSeconds(40));
        Assert.Null(guesses.Begin(Address(9999), out _));
        Assert.NotNull(guesses.Begin(Address(0), out _));
    }

    static Ipv4Address Address(uint number) => new(0x0A000001 + number);
}
