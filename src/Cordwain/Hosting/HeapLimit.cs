using System.Globalization;
using Cordwain.Management;

namespace Cordwain.Hosting;

/// <summary>Ends the process when the heap has reached its bound (docs/decisions/0011).</summary>
/// <remarks>
/// A server that goes on without memory fails here and there and answers some: nobody could say what it does. All that it acknowledged is on the
/// disk, and whoever watches over it (systemd, a container) starts it again.
/// </remarks>
static class HeapLimit
{
    public static void Enforce()
    {
        // Put together while there is memory to do so. The runtime writes its own words before it, on the same line.
        var farewell = "\n" + Reached(GC.GetGCMemoryInfo().TotalAvailableMemoryBytes);
        AppDomain.CurrentDomain.FirstChanceException += (_, thrown) =>
        {
            if (thrown.Exception is OutOfMemoryException)
                Environment.FailFast(farewell);
        };
    }

    static Problem Reached(long bound) => new("CW2402", Severity.Error,
        string.Create(CultureInfo.InvariantCulture, $"Cordwain gets no more memory (it may take {bound >> 20} MiB) and ends, to be started anew; nothing that it acknowledged is lost."),
        "See in the log what came before; where the site is that large, raise DOTNET_GCHeapHardLimit (bytes, in hexadecimal digits without 0x).");
}
