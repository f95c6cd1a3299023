namespace Cordwain.Server.Hosting;

/// <summary>Lets one of many equal lines through in a period, and counts the others.</summary>
sealed class PeriodicNotice(TimeSpan period)
{
    DateTimeOffset _next;
    int _held;

    /// <param name="held">How many were held back since the last that was let through.</param>
    public bool IsDue(DateTimeOffset now, out int held)
    {
        held = _held;
        if (now < _next)
        {
            _held++;
            return false;
        }

        _next = now + period;
        _held = 0;
        return true;
    }
}
