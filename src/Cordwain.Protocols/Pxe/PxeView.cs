using System.Collections.Immutable;
using System.Text;
using Cordwain.Protocols.Dhcp4;

namespace Cordwain.Protocols.Pxe;

/// <summary>What the PXE and UEFI HTTP Boot specifications and iPXE read into a DHCP message; the DHCP codec itself knows none of it.</summary>
public static class PxeView
{
    /// <summary>Length of option 43.71: type and layer, two bytes each.</summary>
    public const int BootItemLength = 4;

    const byte FirstIpxeFeature = 0x10, LastIpxeFeature = 0x4f, IpxeVersionCode = 0xeb;

    static ReadOnlySpan<byte> Ipxe => "iPXE"u8;

    extension(DhcpMessage message)
    {
        /// <summary>Option 60; empty when absent.</summary>
        public string VendorClass => message.Options.TryGet(DhcpOptions.VendorClassIdentifier, out var name) ? name : "";

        /// <summary>Option 60 begins with <c>PXEClient</c> (PXE 2.1).</summary>
        public bool IsPxeClient => message.Options.Raw(DhcpOptions.VendorClassIdentifier.Code).Span.StartsWith("PXEClient"u8);

        /// <summary>Option 60 begins with <c>HTTPClient</c> (UEFI 2.10 §24.7).</summary>
        public bool IsHttpClient => message.Options.Raw(DhcpOptions.VendorClassIdentifier.Code).Span.StartsWith("HTTPClient"u8);

        /// <summary>The class names of option 77, in either spelling; empty when absent.</summary>
        public ImmutableArray<string> UserClasses
        {
            get
            {
                var payload = message.Options.Raw(DhcpOptions.UserClass.Code).Span;
                if (payload.IsEmpty)
                    return [];
                var ranges = Dhcp4.UserClasses.Split(payload);
                var names = ImmutableArray.CreateBuilder<string>(ranges.Length);
                foreach (var range in ranges)
                    names.Add(Encoding.Latin1.GetString(payload[range].TrimEnd((byte)0)));
                return names.MoveToImmutable();
            }
        }

        /// <summary>iPXE is running: it says so in option 77; or sends its own option 175 and no class at all.</summary>
        /// <remarks>
        /// An iPXE with another class does not count: somebody built it so that it is told apart (a weak option ROM that should load
        /// a better iPXE first, seen in QEMU with the class replaced), and the script meant for iPXE may be more than it can do.
        /// </remarks>
        public bool IsIpxe
        {
            get
            {
                var payload = message.Options.Raw(DhcpOptions.UserClass.Code).Span;
                if (payload.IsEmpty)
                    return message.Options.Has(DhcpOptions.IpxeEncapsulated.Code);
                if (payload.SequenceEqual(Ipxe))
                    return true;
                foreach (var range in Dhcp4.UserClasses.Split(payload))
                {
                    if (payload[range].SequenceEqual(Ipxe))
                        return true;
                }

                return false;
            }
        }

        /// <summary>Option 93, the preferred type first; empty when absent or malformed.</summary>
        public ImmutableArray<ushort> Architectures => message.Options.TryGet(DhcpOptions.ClientArchitecture, out var list) ? list : [];

        /// <summary>Option 97; null when absent, malformed, or only zeros or ones.</summary>
        public Guid? Uuid => MachineUuid.Read(message.Options.Raw(DhcpOptions.ClientMachineIdentifier.Code).Span);

        /// <summary>The item of a boot menu that the client chose: option 43.71, type and layer. Null elsewhere, and when option 60 does not say that 43 is PXE's.</summary>
        public ReadOnlyMemory<byte>? PxeBootItem
        {
            get
            {
                var vendor = message.Options.Raw(DhcpOptions.VendorSpecificInformation.Code);
                if (vendor.IsEmpty || !message.IsPxeClient)
                    return null;
                for (var walk = new SubOptions(vendor.Span, padding: true); walk.MoveNext();)
                {
                    if (walk.Code != PxeVendorOptions.BootItemCode)
                        continue;
                    if (walk.Payload.Length != BootItemLength)
                        return null;
                    return vendor.Slice(walk.PayloadStart, BootItemLength);
                }

                return null;
            }
        }

        /// <summary>What this iPXE was built with, by iPXE's names (<c>http</c>, <c>bzimage</c>, <c>menu</c> …); empty for other clients.</summary>
        public ImmutableArray<string> IpxeFeatures
        {
            get
            {
                var row = DhcpOptionTable.Find(DhcpOptions.IpxeEncapsulated.Code);
                var names = ImmutableArray.CreateBuilder<string>();
                foreach (var (code, payload) in new SubOptions(message.Options.Raw(row.Code).Span, padding: true))
                {
                    if (code is >= FirstIpxeFeature and <= LastIpxeFeature && payload is [not 0, ..])
                        names.Add(DhcpOptionTable.FindSub(row, code).Name);
                }

                return names.ToImmutable();
            }
        }

        /// <summary>iPXE's version, such as <c>1.0.0</c>; null when the client sent none.</summary>
        public string? IpxeVersion =>
            SubOptions.TryFind(message.Options.Raw(DhcpOptions.IpxeEncapsulated.Code).Span, padding: true, IpxeVersionCode, out var version) && version.Length == 3
                ? DhcpOptionTable.Format(DhcpOptions.IpxeEncapsulated.Code, IpxeVersionCode, version)
                : null;
    }
}
