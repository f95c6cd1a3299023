using System.ComponentModel;
using System.Runtime.InteropServices;

namespace Cordwain.Server.Tests.Support;

/// <summary>Takes rights from the calling thread, and from those that it starts; for use on a thread of one's own (<see cref="NetworkNamespace.Run"/>).</summary>
static class Capabilities
{
    public const int NetBindService = 10, NetAdmin = 12, NetRaw = 13;

    public static void Drop(params int[] capabilities)
    {
        // capget(2), version 3: header { version, pid }; then { effective, permitted, inheritable } for the rights 0 to 31, and again for 32 to 63.
        uint[] header = [0x20080522, 0], sets = new uint[6];
        if (CapGet(header, sets) != 0)
            throw new Win32Exception(Marshal.GetLastPInvokeError());

        foreach (var capability in capabilities)
            sets[capability / 32 * 3] &= ~(1u << (capability % 32));
        if (CapSet(header, sets) != 0)
            throw new Win32Exception(Marshal.GetLastPInvokeError());
    }

    [DllImport("libc", EntryPoint = "capget", SetLastError = true)]
    static extern int CapGet([In, Out] uint[] header, [In, Out] uint[] sets);

    [DllImport("libc", EntryPoint = "capset", SetLastError = true)]
    static extern int CapSet([In, Out] uint[] header, [In] uint[] sets);
}
