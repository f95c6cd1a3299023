namespace Cordwain.Boot.Decisions;

/// <summary>How a PXE answer is laid out. Firmware disagrees on which it understands, so all three exist and a rule chooses.</summary>
public enum AnswerStyle
{
    /// <summary>Option 60 and option 43 with PXE_DISCOVERY_CONTROL 8: "skip discovery, the file is in this offer".</summary>
    SkipDiscovery,

    /// <summary>Option 60 without option 43: the client asks again on port 4011 of the boot server ("BINL").</summary>
    BootServer,

    /// <summary>No option 60 and no option 43: server and file alone, as a plain DHCP server sends them. Not possible as a proxy.</summary>
    Plain,

    /// <summary>Option 60 and a PXE boot menu of one item in option 43 (sub-options 6, 8, 9, 10): the ROM asks port 4011 with 43.71.</summary>
    PxeMenu,
}
