using System.Collections.Immutable;
using Cordwain.Boot.Decisions;
using Cordwain.Boot.Dhcp;
using Cordwain.Boot.Journal;
using Cordwain.Boot.Machines;

namespace Cordwain.Storage.Journal;

/// <summary>Events in the order in which they came, in one blob. The layout is on the disk: a change needs a new first byte.</summary>
static class EventCodec
{
    public const byte Layout = 1;

    // A trace has a step a rule; this is a bound for damaged blobs.
    const int MostSteps = 10_000;

    /// <summary>Writes an event, or nothing of it: an event may have to find its words first, and half of one would hide all behind it.</summary>
    public static void Write(JournalWriter to, long boot, BootEvent item)
    {
        var start = to.Mark();
        try
        {
            WriteFields(to, boot, item);
        }
        catch
        {
            to.TakeBack(start);
            throw;
        }
    }

    static void WriteFields(JournalWriter to, long boot, BootEvent item)
    {
        to.U8((byte)KindOf(item));
        to.Unsigned((ulong)boot);
        to.Unsigned((ulong)item.At.UtcTicks);
        MachineCodec.Write(to, item.Machine);
        to.Ipv4(item.Address);
        switch (item)
        {
            case BootEvent.Dhcp dhcp:
                Write(to, dhcp);
                break;
            case BootEvent.Read read:
                Write(to, read);
                break;
            case BootEvent.Note note:
                to.Text(note.Text);
                break;
        }
    }

    /// <summary>The events of one boot, up to the first that does not read.</summary>
    public static IEnumerable<BootEvent> Read(ReadOnlyMemory<byte> blob, long wanted)
    {
        var from = new JournalReader(blob);
        if (from.U8() != Layout)
            yield break;
        while (!from.IsAtEnd)
        {
            var (boot, item) = ReadOne(from);
            if (from.Failed || item is null)
                yield break;
            if (boot == wanted)
                yield return item;
        }
    }

    static (long Boot, BootEvent? Event) ReadOne(JournalReader from)
    {
        var kind = (EventKind)from.U8();
        var boot = (long)from.Unsigned();
        var at = BootRow.Time((long)from.Unsigned());
        var machine = MachineCodec.Read(from);
        var address = from.Ipv4();
        BootEvent? item = kind switch
        {
            EventKind.Dhcp => ReadDhcp(from, at, machine),
            EventKind.Read => ReadRead(from, at, machine),
            EventKind.Note => new BootEvent.Note(from.Text()) { At = at, Machine = machine },
            _ => null,
        };
        return (boot, item is null ? null : item with { Address = address });
    }

    static EventKind KindOf(BootEvent item) => item switch
    {
        BootEvent.Dhcp => EventKind.Dhcp,
        BootEvent.Read => EventKind.Read,
        BootEvent.Note => EventKind.Note,
        _ => throw new ArgumentException($"Events of type {item.GetType().Name} have no place in the journal.", nameof(item)),
    };

    static void Write(JournalWriter to, BootEvent.Dhcp dhcp)
    {
        to.Text(ChannelNames.Of(dhcp.Channel));
        to.Datagram(dhcp.Request.Span);
        to.Datagram(dhcp.Reply.Span);
        if (dhcp.Reply.IsEmpty)
            to.Text(dhcp.Summary);
        else
            to.TextOnce(dhcp.Summary);   // it has the address
        Write(to, dhcp.Trace);
        to.U8((byte)((dhcp.IsBoot ? 1 : 0) | (dhcp.IsIpxe ? 2 : 0) | (dhcp.Architecture is null ? 0 : 4)));
        if (dhcp.Architecture is { } architecture)
            to.Unsigned(architecture.Code);

        var then = dhcp.Circumstances;
        to.Text(then.Interface);
        to.Ipv4(then.Server);
        to.Ipv4(then.Given);
        to.Signed(then.Lease.Ticks);
        to.Unsigned((ulong)then.Port);
        to.Text(then.Revision);
        to.Ipv4(then.Source);
        to.Unsigned((ulong)then.SourcePort);
        to.Text(then.Network);
        to.U8((byte)then.Kind);
        to.Signed(then.RenewAfter.Ticks);
        to.Signed(then.RebindAfter.Ticks);
        to.Text(then.Reason);
    }

    static BootEvent.Dhcp? ReadDhcp(JournalReader from, DateTimeOffset at, MachineIdentity machine)
    {
        var isKnown = ChannelNames.TryRead(from.TextOrNull(), out var channel);
        var (request, reply) = (from.Datagram(), from.Datagram());
        var summary = from.Text();
        var trace = ReadTrace(from);
        var flags = from.U8();
        var architecture = (flags & 4) == 0 ? (ClientArchitecture?)null : new ClientArchitecture((ushort)from.Count(ushort.MaxValue));
        var circumstances = ReadCircumstances(from);
        return !isKnown ? null : new(channel, request, reply, summary, trace)
        {
            At = at,
            Machine = machine,
            Circumstances = circumstances,
            IsBoot = (flags & 1) != 0,
            IsIpxe = (flags & 2) != 0,
            Architecture = architecture,
        };
    }

    static DhcpCircumstances ReadCircumstances(JournalReader from)
    {
        var then = new DhcpCircumstances(from.Text(), from.Ipv4(), from.Ipv4(), new(from.Signed()), from.Count(ushort.MaxValue), from.Text())
        {
            Source = from.Ipv4(),
            SourcePort = from.Count(ushort.MaxValue),
            Network = from.TextOrNull(),
        };
        var kind = (ReplyKind)from.U8();
        return then with
        {
            Kind = Enum.IsDefined(kind) ? kind : ReplyKind.None,
            RenewAfter = new(from.Signed()),
            RebindAfter = new(from.Signed()),
            Reason = from.TextOrNull(),
        };
    }

    static void Write(JournalWriter to, BootEvent.Read read)
    {
        to.Text(ChannelNames.Of(read.Channel));
        to.Text(read.Name);
        to.Text(read.Source);
        to.U8((byte)read.Outcome);
        to.Unsigned((ulong)read.Bytes);
        to.Signed(read.Duration.Ticks);
        to.Text(read.Reason);
        to.Text(read.Text);
        Write(to, read.Trace);
    }

    static BootEvent.Read? ReadRead(JournalReader from, DateTimeOffset at, MachineIdentity machine)
    {
        var isKnown = ChannelNames.TryRead(from.TextOrNull(), out var channel);
        var read = new BootEvent.Read(channel, from.Text(), from.TextOrNull(), (ReadOutcome)from.U8(), (long)from.Unsigned(), new(from.Signed()))
        {
            At = at,
            Machine = machine,
            Reason = from.TextOrNull(),
            Text = from.TextOrNull(),
            Trace = ReadTrace(from),
        };
        return isKnown && Enum.IsDefined(read.Outcome) ? read : null;
    }

    static void Write(JournalWriter to, ImmutableArray<TraceStep> trace)
    {
        to.Unsigned(trace.IsDefault ? 0 : (ulong)trace.Length);
        if (trace.IsDefault)
            return;
        foreach (var step in trace)
        {
            to.U8(step.Decided ? (byte)1 : (byte)0);
            to.Text(step.Rule);
            to.Text(step.Because);
        }
    }

    static ImmutableArray<TraceStep> ReadTrace(JournalReader from)
    {
        var steps = ImmutableArray.CreateBuilder<TraceStep>();
        for (var left = from.Count(MostSteps); left > 0 && !from.Failed; left--)
        {
            var decided = from.U8() != 0;
            steps.Add(new(from.Text(), decided, from.Text()));
        }

        return steps.DrainToImmutable();
    }
}

/// <summary>Who, in a few bytes.</summary>
static class MachineCodec
{
    const int HasMac = 1, HasUuid = 2, HasSerial = 4;

    public static void Write(JournalWriter to, MachineIdentity machine)
    {
        to.U8((byte)((machine.Mac is null ? 0 : HasMac) | (machine.Uuid is null ? 0 : HasUuid) | (machine.Serial is null ? 0 : HasSerial)));
        if (machine.Mac is { } mac)
            to.Unsigned(mac.Value);
        if (machine.Uuid is { } uuid)
        {
            Span<byte> bytes = stackalloc byte[16];
            uuid.TryWriteBytes(bytes);
            to.Raw(bytes);
        }

        if (machine.Serial is { } serial)
            to.Text(serial);
    }

    public static MachineIdentity Read(JournalReader from)
    {
        var flags = from.U8();
        return new(
            (flags & HasMac) == 0 ? null : new(from.Unsigned() & 0xFFFF_FFFF_FFFF),
            (flags & HasUuid) == 0 ? null : from.Raw(16) is { Length: 16 } bytes ? new Guid(bytes) : null,
            (flags & HasSerial) == 0 ? null : from.TextOrNull());
    }
}
