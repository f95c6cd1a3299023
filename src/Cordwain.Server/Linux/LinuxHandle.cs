using Microsoft.Win32.SafeHandles;

namespace Cordwain.Server.Linux;

/// <summary>A file descriptor that closes itself; a call that is under way keeps it open until it returns.</summary>
sealed class LinuxHandle() : SafeHandleMinusOneIsInvalid(ownsHandle: true)
{
    protected override bool ReleaseHandle() => LibC.Close((int)handle) == 0;
}
