using Cordwain.Boot.Decisions.Names;
using Cordwain.Boot.Machines;

namespace Cordwain.Boot.Decisions.Rules;

/// <summary>Firmware that fetches by HTTP gets the URL of its loader.</summary>
static class HttpBoot
{
    public static Verdict Apply(Question question)
    {
        var request = question.Request;
        if (!request.IsHttpClient && request.Architecture is not { IsHttp: true })
            return Verdict.Pass("it does not boot by HTTP");
        if (request.Architecture is not { } architecture)
            return Verdict.Ignore(question, "it boots by HTTP but says no architecture (option 93); name its loader by a rule: when: { http: true }");

        var kind = Plain(architecture);
        return question.Catalog.Loaders.For(kind) is { } loader
            ? LoadedFile.Of(question, ScriptAddress.Url(question, loader), question.Say($"{architecture} gets its loader's URL"))
            : MissingLoader.Say(question, kind);
    }

    /// <summary>U-Boot's HTTP types start EFI programs; the others carry their platform in the registry.</summary>
    static ClientArchitecture Plain(ClientArchitecture architecture) => architecture.Code switch
    {
        23 => new(10),
        24 => new(11),
        _ => architecture,
    };
}
