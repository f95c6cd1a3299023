using System.Buffers;
using System.Buffers.Binary;
using System.Collections.Immutable;
using System.Text;
using Cordwain.Protocols.Dhcp4;
using Cordwain.Protocols.Wire;

namespace Cordwain.Protocols.Pxe;

/// <summary>PXE_DISCOVERY_CONTROL, 43.6: how the client looks for boot servers.</summary>
[Flags]
public enum PxeDiscovery
{
    None = 0,
    NoBroadcast = 1,
    NoMulticast = 2,

    /// <summary>Only servers of the list in 43.8 may answer.</summary>
    ListedServersOnly = 4,

    /// <summary>No discovery at all when the offer holds a file name.</summary>
    SkipWhenFileGiven = 8,
}

/// <summary>One entry of 43.8: where boot servers of a type are.</summary>
public readonly record struct PxeBootServer(ushort Type, ImmutableArray<Ipv4Address> Addresses);

/// <summary>One entry of 43.9, the boot menu; type 0 is "boot from the local disk" for the client itself.</summary>
public readonly record struct PxeMenuItem(ushort Type, string Description);

/// <summary>43.10: the text before the menu, and how long the client waits for a key.</summary>
/// <param name="Seconds">0: the first item at once; 255: wait for a choice.</param>
public readonly record struct PxeMenuPrompt(byte Seconds, string Text);

/// <summary>Option 43 as PXE uses it (PXE 2.1, table 2-1).</summary>
public sealed record PxeVendorOptions
{
    public const byte DiscoveryControlCode = 6, BootServersCode = 8, BootMenuCode = 9, MenuPromptCode = 10, BootItemCode = 71;

    const byte InnerEnd = 255;
    const int LongestPart = 255;

    public PxeDiscovery Discovery { get; init; }

    public ImmutableArray<PxeBootServer> BootServers { get; init; } = [];

    public ImmutableArray<PxeMenuItem> Menu { get; init; } = [];

    public PxeMenuPrompt? Prompt { get; init; }

    /// <summary>43.71 of the request, returned unchanged in the answer of port 4011; empty elsewhere.</summary>
    public ReadOnlyMemory<byte> BootItem { get; init; }

    /// <summary>"The file is in this offer": 43.6 = 8.</summary>
    public static PxeVendorOptions FileInOffer { get; } = new() { Discovery = PxeDiscovery.SkipWhenFileGiven };

    /// <summary>A menu of one item, which the client asks for on port 4011 of <paramref name="server"/>.</summary>
    public static PxeVendorOptions SingleItem(Ipv4Address server, ushort type, string description, byte seconds = 0) => new()
    {
        Discovery = PxeDiscovery.NoBroadcast | PxeDiscovery.NoMulticast,
        BootServers = [new(type, [server])],
        Menu = [new(type, description)],
        Prompt = new(seconds, description),
    };

    /// <summary>What the boot ROM of a Raspberry Pi wants to see before it takes an offer: its own name in the menu.</summary>
    /// <param name="paddedName">The ROM of the Pi 3B wants three blanks after the name (Raspberry Pi documentation, network booting).</param>
    public static PxeVendorOptions RaspberryPi(bool paddedName) => new()
    {
        Discovery = PxeDiscovery.NoBroadcast | PxeDiscovery.NoMulticast,
        Prompt = new(0, "PXE"),
        Menu = [new(0, paddedName ? "Raspberry Pi Boot   " : "Raspberry Pi Boot")],
    };

    /// <summary>The payload of option 43, with the inner terminator that many ROMs look for.</summary>
    /// <remarks>A list over 255 bytes ends after the last entry that fits: ROMs do not join sub-options.</remarks>
    public byte[] Encode()
    {
        var payload = new ArrayBufferWriter<byte>(64);
        if (Discovery != PxeDiscovery.None)
            SubOptions.Write(payload, DiscoveryControlCode, [(byte)Discovery]);
        WriteList(payload, BootServersCode, BootServers, Write);
        WriteList(payload, BootMenuCode, Menu, Write);
        if (Prompt is { } prompt)
        {
            var text = Encoding.Latin1.GetBytes(prompt.Text);
            SubOptions.Write(payload, MenuPromptCode, [prompt.Seconds, .. text.AsSpan(0, Math.Min(text.Length, LongestPart - 1))]);
        }

        if (!BootItem.IsEmpty)
            SubOptions.Write(payload, BootItemCode, BootItem.Span);
        payload.Write((ReadOnlySpan<byte>)[InnerEnd]);
        return payload.WrittenSpan.ToArray();
    }

    static void WriteList<T>(ArrayBufferWriter<byte> payload, byte code, ImmutableArray<T> entries, Action<T, ArrayBufferWriter<byte>> write)
    {
        var list = new ArrayBufferWriter<byte>();
        var fitting = 0;
        foreach (var entry in entries)
        {
            write(entry, list);
            if (list.WrittenCount > LongestPart)
                break;
            fitting = list.WrittenCount;
        }

        if (fitting > 0)
            SubOptions.Write(payload, code, list.WrittenSpan[..fitting]);
    }

    static void Write(PxeBootServer server, ArrayBufferWriter<byte> list)
    {
        WriteHeader(list, server.Type, server.Addresses.Length);
        foreach (var address in server.Addresses)
        {
            BinaryPrimitives.WriteUInt32BigEndian(list.GetSpan(4), address.Value);
            list.Advance(4);
        }
    }

    static void Write(PxeMenuItem item, ArrayBufferWriter<byte> list)
    {
        var description = Encoding.Latin1.GetBytes(item.Description);
        var length = Math.Min(description.Length, byte.MaxValue);
        WriteHeader(list, item.Type, length);
        list.Write(description.AsSpan(0, length));
    }

    static void WriteHeader(ArrayBufferWriter<byte> list, ushort type, int count)
    {
        BinaryPrimitives.WriteUInt16BigEndian(list.GetSpan(2), type);
        list.Advance(2);
        list.Write([checked((byte)count)]);
    }
}
