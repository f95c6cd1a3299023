using Cordwain.Boot.Catalog;

namespace Cordwain.Boot.Decisions.Rules;

/// <summary>Silent in DHCP where the operator says so. Whoever is sent to us by another DHCP server still gets the files it asks for.</summary>
static class RoleOfNetwork
{
    public static Verdict Apply(Question question) => question.Network switch
    {
        null => Verdict.Pass("the machine is in no network of the configuration"),
        { Role: NetworkRole.Off } off when question.IsRead => Verdict.Pass(question.Say($"network {off.Name}: Cordwain is silent in DHCP there, and serves files")),
        { Role: NetworkRole.Off } off => Verdict.Ignore(question,
            question.Say($"network {off.Name} is set to 'dhcp: off'; set it to proxy or server to boot machines there")),
        { Role: NetworkRole.Server } served => Verdict.Pass(question.Say($"network {served.Name}: Cordwain gives the addresses")),
        var beside => Verdict.Pass(question.Say($"network {beside.Name}: another DHCP server gives the addresses, Cordwain adds how to boot")),
    };
}
