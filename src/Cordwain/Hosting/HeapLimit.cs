using System.Runtime.ExceptionServices;

namespace Cordwain.Hosting;

/// <summary>Ends the process when the heap has reached its bound (docs/decisions/0011).</summary>
/// <remarks>
/// A server that goes on without memory fails here and there and answers some: nobody could say what it does. All that it acknowledged is on the
/// disk, and whoever watches over it (systemd, a container) starts it again.
/// </remarks>
static class HeapLimit
{
    public static void Enforce() => AppDomain.CurrentDomain.FirstChanceException += EndWithoutMemory;

    static void EndWithoutMemory(object? sender, FirstChanceExceptionEventArgs e)
    {
        if (e.Exception is OutOfMemoryException)
            Environment.FailFast("Cordwain has used up the memory that it may take (System.GC.HeapHardLimit, 1 GiB unless set otherwise) and ends, to be started anew. "
                + "Nothing that was acknowledged is lost. Where the site is that large, raise DOTNET_GCHeapHardLimit (bytes, in hexadecimal).");
    }
}
