using Cordwain.Protocols.Wire;

namespace Cordwain.Boot.Decisions.Rules;

/// <summary>Beside another DHCP server, only those who ask to boot get an answer: everything else is none of our business.</summary>
static class BootClient
{
    public static Verdict Apply(Question question)
    {
        var request = question.Request;
        if (question.IsRead)
            return Verdict.Pass("it asks for a file");
        if (request.IsIpxe)
            return Verdict.Pass("iPXE is asking");
        if (request.IsHttpClient)
            return Verdict.Pass("option 60 says HTTPClient: UEFI HTTP Boot is asking");
        if (request.IsPxeClient)
            return Verdict.Pass("option 60 says PXEClient: a network boot ROM is asking");
        if (request.IsUBoot)
            return Verdict.Pass(question.Say($"U-Boot is asking ({PrintableText.Quote(request.VendorClass)})"));

        const string NotOne = "it asks for an address, not to boot (option 60 is neither PXEClient nor HTTPClient, and there is no sign of iPXE or U-Boot)";
        return request.Channel == BootChannel.Dhcp
            ? Verdict.Pass(question.Say($"{NotOne}; only the operator's own rules can name it a file"))
            : Verdict.Ignore(question, question.Say($"{NotOne}; as a proxy Cordwain answers boot clients only. If this was to be a network boot, choose PXE or HTTP boot in the machine's set-up"));
    }
}
