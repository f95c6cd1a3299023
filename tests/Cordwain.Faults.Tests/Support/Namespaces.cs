using System.ComponentModel;
using System.Net;
using System.Net.Sockets;
using System.Runtime.ExceptionServices;
using System.Runtime.InteropServices;

namespace Cordwain.Faults.Tests.Support;

/// <summary>Runs code of this process inside a network namespace. A socket stays for ever in the one in which it was opened.</summary>
static class Namespaces
{
    const int CloneNewNet = 0x40000000;

    public static Socket Udp(string name, IPEndPoint local) => Inside(name, () =>
    {
        var socket = new Socket(AddressFamily.InterNetwork, SocketType.Dgram, ProtocolType.Udp) { ReceiveBufferSize = 8 << 20, EnableBroadcast = true };
        socket.Bind(local);
        return socket;
    });

    public static T Inside<T>(string name, Func<T> function)
    {
        var result = default(T);
        ExceptionDispatchInfo? failure = null;
        // The thread ends with its work: no other code ever runs on one that was moved.
        var thread = new Thread(() =>
        {
            try
            {
                using var entry = File.OpenHandle("/run/netns/" + name);
                if (SetNs(entry, CloneNewNet) != 0)
                    throw new Win32Exception(Marshal.GetLastPInvokeError());
                result = function();
            }
            catch (Exception e)
            {
                failure = ExceptionDispatchInfo.Capture(e);
            }
        });
        thread.Start();
        thread.Join();
        failure?.Throw();
        return result!;
    }

    [DllImport("libc", EntryPoint = "setns", SetLastError = true)]
    static extern int SetNs(Microsoft.Win32.SafeHandles.SafeFileHandle descriptor, int kind);
}
