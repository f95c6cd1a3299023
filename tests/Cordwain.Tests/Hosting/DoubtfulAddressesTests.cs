using Cordwain.Boot.Leases;
using Cordwain.Hosting;
using Cordwain.Protocols.Wire;

namespace Cordwain.Tests.Hosting;

public sealed class DoubtfulAddressesTests
{
    static readonly Ipv4Address Address = Ipv4Address.Parse("10.0.0.7");

    static readonly LeaseBinding Bound = new(Address, ClientKey.OfHardware(1, [1, 2, 3, 4, 5, 6]), null, BindingState.Bound, DateTimeOffset.UnixEpoch, DateTimeOffset.UnixEpoch.AddHours(1));

    static readonly LeaseChange Release = new(Address, Bound with { State = BindingState.Released }) { Previous = Bound }, Renewal = new(Address, Bound) { Previous = Bound };

    readonly DoubtfulAddresses _doubtful = new();

    [Fact]
    public void An_address_whose_release_failed_is_in_doubt_until_a_change_of_it_is_stored()
    {
        _doubtful.OnFailure([Release]);
        Assert.True(_doubtful.Contains(Address));

        _doubtful.OnTry([Renewal]);
        _doubtful.OnSuccess();

        Assert.False(_doubtful.Contains(Address));
    }

    [Fact]
    public void It_is_in_doubt_again_when_that_change_fails_too()
    {
        _doubtful.OnFailure([Release]);
        _doubtful.OnTry([Renewal]);
        _doubtful.OnFailure([Renewal]);

        Assert.True(_doubtful.Contains(Address));
    }

    [Fact]
    public void A_renewal_that_fails_later_finds_no_trace_of_the_old_doubt()
    {
        _doubtful.OnFailure([Release]);
        _doubtful.OnTry([Renewal]);
        _doubtful.OnSuccess();

        _doubtful.OnTry([Renewal]);
        _doubtful.OnFailure([Renewal]);

        Assert.False(_doubtful.Contains(Address));
    }
}
