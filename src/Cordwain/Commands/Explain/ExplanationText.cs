using Cordwain.Boot.Dhcp;
using Cordwain.Protocols.Dhcp4;
using Cordwain.Protocols.Wire;

namespace Cordwain.Commands.Explain;

/// <summary>An answer and the way to it, as text.</summary>
static class ExplanationText
{
    public static void Print(DhcpMessage request, DhcpAnswer answer, TextWriter output)
    {
        output.WriteLine($"{DhcpText.NameOf(request.Type)} of {request.Mac?.ToString() ?? Convert.ToHexString(request.Chaddr.Span)}: {answer.Summary}");
        output.WriteLine();
        output.WriteLine("Why");
        foreach (var step in answer.Trace)
            output.WriteLine($"  {step}");
        output.WriteLine();
        if (answer.Reply is not { } reply)
        {
            output.WriteLine("No answer is sent.");
            return;
        }

        var bytes = Encode(answer);
        var to = answer.Destination;
        output.WriteLine(to.Mode switch
        {
            ReplyMode.Broadcast => $"Answer, {bytes.Length} bytes, broadcast to port {to.Port}",
            ReplyMode.Frame => $"Answer, {bytes.Length} bytes, to {to.Address}:{to.Port} in a frame to {to.Mac}",
            _ => $"Answer, {bytes.Length} bytes, to {to.Address}:{to.Port}",
        });
        foreach (var line in DhcpText.Describe(reply).TrimEnd().Split('\n'))
            output.WriteLine("  " + line);
        output.WriteLine();
        output.WriteLine(HexDump.Of(bytes).TrimEnd());
    }

    /// <summary>The answer as the server puts it on the wire.</summary>
    public static byte[] Encode(DhcpAnswer answer)
    {
        var buffer = new byte[4096];
        return answer.Reply is { } reply ? buffer[..reply.Encode(buffer, Math.Min(answer.MaxPayload, buffer.Length))] : [];
    }
}
