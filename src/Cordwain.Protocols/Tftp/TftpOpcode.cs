namespace Cordwain.Protocols.Tftp;

/// <summary>The first two bytes of every packet (RFC 1350 §5; OACK: RFC 2347).</summary>
public enum TftpOpcode
{
    ReadRequest = 1,
    WriteRequest = 2,
    Data = 3,
    Ack = 4,
    Error = 5,
    OptionAck = 6,
}

/// <summary>RFC 1350 appendix; 8: RFC 2347.</summary>
public enum TftpErrorCode
{
    /// <summary>The message says what is wrong.</summary>
    NotDefined = 0,
    FileNotFound = 1,
    AccessViolation = 2,
    DiskFull = 3,
    IllegalOperation = 4,
    UnknownTransferId = 5,
    FileAlreadyExists = 6,
    NoSuchUser = 7,

    /// <summary>The client does not like the options acknowledged; UEFI sends it after every size probe.</summary>
    OptionsRefused = 8,
}

/// <summary>How the bytes of a file are put on the wire.</summary>
public enum TftpMode
{
    /// <summary>As they are.</summary>
    Octet,

    /// <summary>Text: each line ends with CR LF, a lone CR is CR NUL (RFC 764's NVT, as RFC 1350 §1 asks).</summary>
    Netascii,
}
