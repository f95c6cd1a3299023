namespace Cordwain.Protocols.Tftp;

/// <summary>Estimates how long to wait for an answer, as RFC 6298 does for TCP.</summary>
struct TftpRoundTrip
{
    /// <summary>RFC 6298 §2.4 asks for a second; a boot server's clients are near, and a second for each lost packet is what makes TFTP slow.</summary>
    public static readonly TimeSpan Floor = TimeSpan.FromMilliseconds(20);

    /// <summary>G in RFC 6298 §2: the clock that repeats ticks so coarsely, and machines that serve and boot pause so long.</summary>
    static readonly TimeSpan Granularity = TimeSpan.FromMilliseconds(20);

    static readonly TimeSpan Initial = TimeSpan.FromSeconds(1);   // RFC 6298 §2.1

    readonly TimeSpan _ceiling;
    TimeSpan _measured;   // the timeout as the last measurement had it
    TimeSpan _smoothed;
    TimeSpan _variation;

    public TftpRoundTrip(TimeSpan ceiling)
    {
        _ceiling = ceiling;
        Timeout = _measured = Initial < ceiling ? Initial : ceiling;
    }

    /// <summary>Silence after which a packet counts as lost.</summary>
    public TimeSpan Timeout { get; private set; }

    /// <summary>The shortest round trip seen; zero before the first.</summary>
    public TimeSpan Shortest { get; private set; }

    /// <summary>RFC 6298 §2.2 and §2.3.</summary>
    /// <param name="trip">Of a packet that was sent once only (Karn's rule, §3).</param>
    public void Measure(TimeSpan trip)
    {
        if (_smoothed == TimeSpan.Zero)
        {
            _smoothed = trip;
            _variation = trip / 2;
            Shortest = trip;
        }
        else
        {
            _variation = _variation * 0.75 + (_smoothed - trip).Duration() * 0.25;
            _smoothed = _smoothed * 0.875 + trip * 0.125;
            Shortest = trip < Shortest ? trip : Shortest;
        }

        var margin = _variation * 4;
        Timeout = _measured = Bound(_smoothed + (margin > Granularity ? margin : Granularity));
    }

    /// <summary>RFC 6298 §5.5; it lasts until the next measurement (§5.7).</summary>
    public void BackOff() => Timeout = Bound(Timeout * 2);

    /// <summary>The other side gets on: what was doubled is at most a second again, or what was measured if that is longer.</summary>
    public void Ease()
    {
        var most = Bound(_measured > Initial ? _measured : Initial);
        Timeout = Timeout < most ? Timeout : most;
    }

    readonly TimeSpan Bound(TimeSpan timeout) => timeout < Floor ? Floor : timeout > _ceiling ? _ceiling : timeout;
}
