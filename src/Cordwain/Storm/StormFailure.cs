using Cordwain.Protocols.Pxe;

namespace Cordwain.Storm;

/// <summary>A kind of failure: a name for programs, and what to do about it.</summary>
sealed record StormFailureKind(string Name, string Hint);

/// <summary>A machine did not get through.</summary>
sealed class StormException(StormFailureKind kind, string detail) : Exception(detail)
{
    public StormFailureKind Kind { get; } = kind;
}

/// <summary>The kinds of failures; the names are part of the JSON and do not change.</summary>
static class StormFailures
{
    public static readonly StormFailureKind
        NoOffer = new("no-offer", "No DHCP server answered. Does one serve this network (or the relay's address), is its pool large enough, does a firewall stop UDP port 67? Many machines at once can also overflow its receive buffer."),
        NoAddress = new("no-address", "Only a proxy answered, nobody gives addresses here. With --proxy the proxy is measured alone."),
        NoAck = new("no-ack", "An address was offered and never confirmed: the server was too slow, or lost the request."),
        Nak = new("nak", "The server took its offer back: its pool ran out meanwhile, or two servers share it."),
        NoBootFile = new("no-boot-file", "An address came without a file to boot. Does the server boot this kind of firmware (--firmware)?"),
        NoBootServer = new("no-boot-server", "The proxy sent the machine to its port 4011, where nobody answered."),
        TwoHolders = new("address-twice", "The server gave one address to two machines. That must never be: report it to its makers."),
        TftpSilent = new("tftp-silent", "The TFTP server stopped answering: too many transfers, or a bound on transfers for each address (see --from)."),
        TftpError = new("tftp-error", "The TFTP server refused the file. Its message says why."),
        HttpRefused = new("http-refused", "No connection to the HTTP server: it is not there, or its queue is full."),
        HttpSilent = new("http-silent", "The HTTP server stopped sending in the middle."),
        HttpStatus = new("http-status", "The HTTP server has no such file, or cannot serve it."),
        HttpWrong = new("http-wrong", "The HTTP server's answer breaks the protocol, or ended too early."),
        DifferentBytes = new("different-bytes", "Two machines got different bytes under one name."),
        Script = new("script", "The script ends in an error for a machine that nobody touches."),
        NotSupported = new("not-supported", "The storm cannot follow this; name the file yourself with --script or --entry, or stop earlier with --until."),
        Timeout = new("timeout", "The machine was not done in its time (--timeout)."),
        Fault = new("fault", "A mistake in the storm itself, or this host ran out of something (ports, files).");

    public static StormFailureKind Of(PxeFailure failure) => failure switch
    {
        PxeFailure.NoAddress => NoAddress,
        PxeFailure.NoAck => NoAck,
        PxeFailure.Nak => Nak,
        PxeFailure.NoBootFile => NoBootFile,
        PxeFailure.NoBootServer => NoBootServer,
        _ => NoOffer,
    };
}
