using Cordwain.Management;
using Cordwain.Server.Hosting;
using Microsoft.Extensions.Logging;

namespace Cordwain.Server.Dhcp;

/// <summary>Keeps one <see cref="DhcpLink"/> for each interface that is to be served, and says in the log what it does and why. Used by one thread at a time.</summary>
sealed partial class DhcpLinks(DhcpIntake intake, ILogger<DhcpLinks> logger) : IDisposable
{
    const string NoInterface = "";

    readonly Dictionary<string, DhcpLink> _links = [];
    readonly Dictionary<string, string> _said = [];
    readonly HashSet<string> _warned = [];
    volatile IReadOnlyList<NetworkDevice> _served = [];

    /// <summary>The devices that are served; read by any thread.</summary>
    public IReadOnlyList<NetworkDevice> Served => _served;

    /// <summary>Opens, changes and closes until the links fit the devices.</summary>
    /// <returns>The interfaces that could not be served, with the reason; they are worth another try.</returns>
    public IReadOnlyList<(string Interface, ProblemException Reason)> Follow(IReadOnlyList<NetworkDevice> devices, DhcpSettings settings)
    {
        var verdicts = InterfaceChoice.Choose(devices, settings.Interfaces, settings.Networks);
        DeviceAddress[] own = [.. devices.SelectMany(device => device.Addresses)];
        Close(verdicts);

        var failures = new List<(string, ProblemException)>();
        foreach (var verdict in verdicts)
        {
            try
            {
                Follow(verdict, own, settings);
            }
            catch (ProblemException e)
            {
                failures.Add((verdict.Device.Name, e));
            }
        }

        foreach (var name in InterfaceChoice.Missing(devices, settings.Interfaces))
            Say(name, SocketProblems.InterfaceMissing(name));
        Forget(devices, settings);
        _served = [.. _links.Values.Select(link => link.Device)];
        if (_served.Count == 0 && failures.Count == 0)
            Say(NoInterface, SocketProblems.NoInterface());
        else
            _said.Remove(NoInterface);
        return failures;
    }

    /// <summary>Logs a problem of an interface unless it was the last thing said of it.</summary>
    public void Say(string name, Problem problem)
    {
        if (IsNews(name, problem.ToString()))
            Log(problem);
    }

    /// <summary>Logs a problem that many interfaces have alike, once.</summary>
    void Warn(Problem problem)
    {
        if (_warned.Add(problem.Code))
            Log(problem);
    }

    void Log(Problem problem) =>
        logger.Log(problem.Severity == Severity.Error ? LogLevel.Error : LogLevel.Warning, new EventId(2001), problem, null, static (problem, _) => problem.ToString());

    public void Dispose()
    {
        _served = [];
        foreach (var link in _links.Values)
            link.Dispose();
        _links.Clear();
    }

    void Close(IReadOnlyCollection<InterfaceVerdict> verdicts)
    {
        foreach (var (name, link) in _links.ToArray())
        {
            // The same name with another index is another device.
            if (verdicts.Any(verdict => verdict.IsServed && (verdict.Device.Name, verdict.Device.Index) == (name, link.Device.Index)))
                continue;

            _links.Remove(name);
            link.Dispose();
            if (!verdicts.Any(verdict => verdict.Device.Name == name))
                Gone(name);
        }
    }

    void Follow(InterfaceVerdict verdict, DeviceAddress[] own, DhcpSettings settings)
    {
        var device = verdict.Device;
        if (!verdict.IsServed)
        {
            // Devices that nobody would expect to be served are not worth a line each start.
            var isExpected = !device.IsLoopback && device.IsUp && !device.Addresses.IsEmpty;
            if (IsNews(device.Name, verdict.Because))
                PassedOver(isExpected ? LogLevel.Information : LogLevel.Debug, device.Name, verdict.Because);
            return;
        }

        var addresses = string.Join(", ", device.Addresses.Select(own => own.Address));
        if (_links.TryGetValue(device.Name, out var link))
        {
            link.Update(device, own);
            if (IsNews(device.Name, addresses))
                AddressesChanged(device.Name, addresses);
            return;
        }

        var warnings = new List<Problem>();
        link = DhcpLink.Open(device, own, settings, intake, warnings);
        _links.Add(device.Name, link);
        link.Start();
        foreach (var warning in warnings)
            Warn(warning);
        if (IsNews(device.Name, addresses))
            Ready(device.Name, addresses, link.Port, link.BootServerPort, verdict.Because);
    }

    /// <summary>A host of containers has new devices all day; what was said of those that are gone is of no use.</summary>
    void Forget(IReadOnlyList<NetworkDevice> devices, DhcpSettings settings)
    {
        var known = devices.Select(device => device.Name).Concat(settings.Interfaces).Append(NoInterface).ToHashSet();
        foreach (var name in _said.Keys.Where(name => !known.Contains(name)).ToArray())
            _said.Remove(name);
    }

    bool IsNews(string name, string what)
    {
        if (_said.TryGetValue(name, out var last) && last == what)
            return false;
        _said[name] = what;
        return true;
    }

    [LoggerMessage(2011, LogLevel.Information, "DHCP is ready on {Interface} ({Addresses}), ports {Port} and {BootServerPort}: {Because}.")]
    partial void Ready(string @interface, string addresses, int port, int bootServerPort, string because);

    [LoggerMessage(EventId = 2012, Message = "{Interface} is not served: {Because}.")]
    partial void PassedOver(LogLevel level, string @interface, string because);

    [LoggerMessage(2013, LogLevel.Information, "{Interface} has other addresses: DHCP is answered from {Addresses}.")]
    partial void AddressesChanged(string @interface, string addresses);

    [LoggerMessage(2014, LogLevel.Information, "{Interface} is gone; it is served again when it comes back.")]
    partial void Gone(string @interface);
}
