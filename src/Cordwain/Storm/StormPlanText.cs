using System.Globalization;
using System.Text;

namespace Cordwain.Storm;

/// <summary>Says what is about to happen, and to whom.</summary>
static class StormPlanText
{
    public static string Of(StormPlan plan)
    {
        var text = new StringBuilder();
        var last = plan.MacOf(plan.Machines - 1);
        text.Append(CultureInfo.InvariantCulture, $"Storm: {plan.Machines} machines, {plan.FirstMac} to {last} ({string.Join(", ", plan.Firmware.Select(firmware => firmware.ToString().ToLowerInvariant()))})");
        text.Append(plan.Rate > 0 ? string.Create(CultureInfo.InvariantCulture, $", {plan.Rate:0.##} a second") : ", all at once");
        if (plan.AtOnce > 0)
            text.Append(CultureInfo.InvariantCulture, $", at most {plan.AtOnce} on the way");
        text.Append(plan.IsRelayed
            ? $".\nAgainst {plan.Server} through {plan.Device.Name}, as a relay with the address {plan.Relay}: the server takes them for machines of that network."
            : $".\nBroadcasts on {plan.Device.Name}: every DHCP server of that link hears them{(plan.Server.IsAny ? " and may answer" : $"; only the offers of {plan.Server} are taken")}.");
        text.Append(plan.ProxyOnly ? "\nNo address is asked for."
            : string.Create(CultureInfo.InvariantCulture, $"\nUp to {plan.Machines} addresses of its pool are taken, {(plan.KeepLeases ? "and kept until their leases end (--keep-leases)" : "and given back at the end")}."));
        return text.ToString();
    }
}
