using Cordwain.Server.Dhcp;
using Cordwain.Server.Hosting;
using Cordwain.Server.Linux;
using Cordwain.Server.Tests.Support;

namespace Cordwain.Server.Tests.Dhcp;

/// <summary>The service in a namespace, with nothing behind it but fakes.</summary>
sealed class RunningDhcp : IDisposable
{
    readonly LinuxNetworkDevices _devices;

    /// <param name="without">Capabilities that it must do without.</param>
    public RunningDhcp(NetworkNamespace place, DhcpSettings? settings = null, params int[] without)
    {
        (_devices, Service) = place.Run(() =>
        {
            Capabilities.Drop(without);
            var devices = new LinuxNetworkDevices();
            try
            {
                var service = new DhcpService(settings ?? new(), new(Responder, Leases, Journal, DhcpMessages.Encode), devices, TimeProvider.System, Log);
                service.StartAsync(CancellationToken.None).GetAwaiter().GetResult();
                return (devices, service);
            }
            catch
            {
                devices.Dispose();
                throw;
            }
        });
    }

    public FakeResponder Responder { get; } = new();

    public FakeLeaseStore Leases { get; } = new();

    public FakeJournal Journal { get; } = new();

    public LogRecorder Log { get; } = new();

    public DhcpService Service { get; }

    public void Dispose()
    {
        Service.Dispose();
        _devices.Dispose();
        Leases.Dispose();
        Log.Dispose();
    }
}
