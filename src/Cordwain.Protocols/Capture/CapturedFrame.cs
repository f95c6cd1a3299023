namespace Cordwain.Protocols.Capture;

/// <summary>The kind of link a frame was captured on: the registry's "link-layer header types" that can hold IPv4 and that we read.</summary>
public enum LinkType
{
    Null = 0,
    Ethernet = 1,
    RawIp = 101,
    LinuxCooked = 113,
    Ipv4 = 228,
    LinuxCooked2 = 276,
}

/// <summary>One frame of a capture file.</summary>
/// <param name="Time">Since 1970 (UTC), as the file says.</param>
/// <param name="Bytes">As captured; shorter than the frame was when the capture was cut.</param>
public readonly record struct CapturedFrame(TimeSpan Time, LinkType LinkType, ReadOnlyMemory<byte> Bytes);
