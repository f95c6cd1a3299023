using Cordwain.Management.Scripts;

namespace Cordwain.Storm;

/// <summary>A script and where it came from.</summary>
sealed record StormText(Uri Source, string Text);

/// <summary>Follows scripts to the end of a boot, through those that they load.</summary>
sealed class StormScript(Func<bool, Uri, CancellationToken, Task> fetch, Func<Uri, CancellationToken, Task<StormText>> load, IpxeSettings settings, string? choice)
{
    const int MostMoves = 200;

    int _moves;

    /// <returns>How the boot ended, for people and for counting; empty when the script gave the machine back to who called it.</returns>
    /// <exception cref="StormException">A file did not come and the script has no answer to that, or it fails by itself.</exception>
    public async Task<string> Follow(StormText script, CancellationToken stop)
    {
        var walk = new IpxeWalk(script.Text, settings, choice);
        StormException? failure = null;
        while (++_moves <= MostMoves)
        {
            switch (walk.Next())
            {
                case IpxeMove.Fetch file:
                    failure = await Try(() => fetch(file.IsKernel, Resolve(script, file.Location), stop));
                    break;
                case IpxeMove.Chain next:
                    StormText? inner = null;
                    failure = await Try(async () => inner = await load(Resolve(script, next.Location), stop));
                    if (inner is null)
                        break;
                    if (!IpxeWalk.IsScript(inner.Text))
                        return "program";
                    if (await Follow(inner, stop) is { Length: > 0 } ending)
                        return ending;
                    break;
                case IpxeMove.End end:
                    return Ending(end, failure);
            }

            if (failure is not null)
                walk.Failed();
        }

        throw new StormException(StormFailures.Script, $"{script.Source}: no end after {MostMoves} files");
    }

    static string Ending(IpxeMove.End end, StormException? failure) => end.How switch
    {
        IpxeEnd.Boots => "kernel",
        IpxeEnd.LocalDisk => "local disk",
        IpxeEnd.Leaves => "",
        IpxeEnd.SanDisk => "disk on the network",
        IpxeEnd.Reboots => "restart",
        IpxeEnd.PowersOff => "power off",
        // What the script does after a failure is to ask a person for help; the failure is the news.
        _ when failure is not null => throw failure,
        IpxeEnd.WaitsForPerson => "waits in a menu",
        _ => throw new StormException(StormFailures.Script, end.Detail),
    };

    static async Task<StormException?> Try(Func<Task> work)
    {
        try
        {
            await work();
            return null;
        }
        catch (StormException e) when (e.Kind != StormFailures.DifferentBytes)
        {
            return e;
        }
    }

    static Uri Resolve(StormText script, string location) => Uri.TryCreate(script.Source, location, out var url)
        ? url : throw new StormException(StormFailures.Script, $"'{location}' is no address");
}
