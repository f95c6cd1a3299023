using System.Text;
using Cordwain.Management;
using Cordwain.Management.Check.Scripts;

namespace Cordwain.Fuzz.Targets;

/// <summary>Any text as an iPXE script of the user's: remarks that have a place.</summary>
public sealed class IpxeScriptCheckTarget : IFuzzTarget
{
    public string Name => "check-ipxe-script";

    public IReadOnlyList<string> Corpora => ["Cordwain.Fuzz/corpus/ipxe-script"];

    public IReadOnlyList<byte[]> Words =>
        FuzzWords.Of("#!ipxe\n", "choose ", "--timeout ", "--default ", " || ", " && ", "goto ", ":label\n", "${", "}", "kernel ", "item ", "\\\n", "isset ", "iseq ", "chain --");

    public int Run(ReadOnlySpan<byte> input) => Remarks.Look(IpxeScriptCheck.Check("x.ipxe", Encoding.UTF8.GetString(input)));
}

/// <summary>Any text as a PXELINUX configuration of the user's.</summary>
public sealed class PxelinuxConfigCheckTarget : IFuzzTarget
{
    public string Name => "check-pxelinux-config";

    public IReadOnlyList<string> Corpora => ["Cordwain.Fuzz/corpus/pxelinux-config"];

    public IReadOnlyList<byte[]> Words =>
        FuzzWords.Of("LABEL ", "KERNEL ", "APPEND ", "initrd=", "MENU BEGIN\n", "MENU END\n", "MENU LABEL ", "TIMEOUT ", "INCLUDE ", "TEXT HELP\n", "ENDTEXT\n", "UI ", "DEFAULT ");

    public int Run(ReadOnlySpan<byte> input) => Remarks.Look(PxelinuxConfigCheck.Check("default", Encoding.UTF8.GetString(input), name => name.Length % 2 == 0));
}

static class Remarks
{
    public static int Look(IEnumerable<Problem> problems)
    {
        var hash = 0;
        foreach (var problem in problems)
        {
            if (problem.Line < 1 || problem.Message.Length == 0)
                throw new InvalidOperationException($"no place or no words: {problem}");
            hash ^= string.GetHashCode(problem.Code, StringComparison.Ordinal);
        }

        return hash;
    }
}
