using System.Runtime.InteropServices;

namespace Cordwain.Server.Linux;

/// <summary>Waits for a socket to have something, or for <see cref="Stop"/>: what lets a blocked thread end.</summary>
sealed unsafe class WaitSet : IDisposable
{
    readonly LinuxHandle _stop = LibC.EventFd(0, LibC.SockCloexec);

    volatile bool _stopped;

    public bool IsStopped => _stopped;

    /// <param name="milliseconds">-1: for ever.</param>
    /// <returns>True when the socket has something to read; false after the time or a stop.</returns>
    public bool Wait(LinuxHandle socket, int milliseconds = -1)
    {
        var deadline = milliseconds < 0 ? 0 : Environment.TickCount64 + milliseconds;
        while (!_stopped)
        {
            var fds = stackalloc LibC.PollFd[2];
            fds[0] = new() { Fd = (int)socket.DangerousGetHandle(), Events = LibC.PollIn };
            fds[1] = new() { Fd = (int)_stop.DangerousGetHandle(), Events = LibC.PollIn };
            var ready = LibC.Poll(fds, 2, milliseconds < 0 ? -1 : (int)Math.Max(0, deadline - Environment.TickCount64));
            if (ready < 0 && Marshal.GetLastPInvokeError() == LibC.EIntr)
                continue;
            if (ready <= 0 || fds[1].Revents != 0)
                return false;
            return true;
        }

        return false;
    }

    /// <summary>Ends every wait, now and later.</summary>
    public void Stop()
    {
        _stopped = true;
        ulong one = 1;
        if (!_stop.IsClosed)
            LibC.Write(_stop, &one, sizeof(ulong));
    }

    public void Dispose() => _stop.Dispose();
}
