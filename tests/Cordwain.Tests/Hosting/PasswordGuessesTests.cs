using Cordwain.Hosting;
using Cordwain.Protocols.Wire;
using Microsoft.Extensions.Time.Testing;

namespace Cordwain.Tests.Hosting;

public sealed class PasswordGuessesTests
{
    static readonly TimeSpan Each = TimeSpan.FromSeconds(12);

    readonly FakeTimeProvider _time = new();
    readonly PasswordGuesses _guesses;

    public PasswordGuessesTests() => _guesses = new(_time);

    [Fact]
    public void No_more_than_five_are_compared_at_once_and_one_in_twelve_seconds_however_they_are_spread()
    {
        var random = new Random(5);
        var compared = new List<TimeSpan>();
        var now = TimeSpan.Zero;
        for (var i = 0; i < 5000; i++)
        {
            if (_guesses.Begin(Address(0), out var pause) is null)
                compared.Add(now);
            else
                Assert.InRange(pause, TimeSpan.FromTicks(1), Each);
            var step = TimeSpan.FromMilliseconds(random.Next(10) == 0 ? random.Next(90_000) : random.Next(3) * 100);
            now += step;
            _time.Advance(step);
        }

        Assert.True(compared.Count > 1000);
        for (var i = PasswordGuesses.Most; i < compared.Count; i++)
        {
            for (var first = 0; first <= i - PasswordGuesses.Most; first++)
                Assert.True(i - first + 1 <= PasswordGuesses.Most + (compared[i] - compared[first]) / Each);
        }
    }

    [Fact]
    public void The_pause_that_is_named_is_long_enough_and_no_longer()
    {
        for (var i = 0; i < PasswordGuesses.Most; i++)
            Begin(0);
        for (var i = 0; i < 10; i++)
        {
            var pause = Refused(0);
            _time.Advance(pause - TimeSpan.FromTicks(1));
            Assert.Equal(TimeSpan.FromTicks(1), Refused(0));
            _time.Advance(TimeSpan.FromTicks(1));
            Begin(0);
        }
    }

    [Fact]
    public void An_address_without_a_place_hears_of_the_others_and_gets_one_when_the_first_of_them_is_forgotten()
    {
        for (uint i = 0; i < PasswordGuesses.MostAddresses; i++)
        {
            Begin(i);
            Begin(i);
            if (i == 0)
                _time.Advance(TimeSpan.FromSeconds(10));
        }

        for (var times = 0; times < 3; times++)
        {
            Assert.Equal("4096 other addresses gave wrong passwords within a minute", _guesses.Begin(Address(9999), out var pause));
            Assert.Equal(TimeSpan.FromSeconds(14), pause);
        }

        Begin(1);
        _time.Advance(TimeSpan.FromSeconds(14));
        Begin(9999);
        Assert.Equal(TimeSpan.FromSeconds(10), Refused(0));
    }

    [Fact]
    public void A_place_that_was_given_back_and_taken_again_does_not_shorten_the_pause()
    {
        Begin(0);
        _time.Advance(TimeSpan.FromSeconds(4));
        for (uint i = 1; i < PasswordGuesses.MostAddresses; i++)
            Begin(i);
        Assert.Equal(TimeSpan.FromSeconds(8), Refused(9999));

        _guesses.TakeBack(Address(0));
        Begin(8888);
        Assert.Equal(Each, Refused(9999));
    }

    void Begin(uint number) => Assert.Null(_guesses.Begin(Address(number), out _));

    TimeSpan Refused(uint number)
    {
        Assert.NotNull(_guesses.Begin(Address(number), out var pause));
        return pause;
    }

    static Ipv4Address Address(uint number) => new(0x0A000001 + number);
}
