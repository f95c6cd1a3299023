using System.Text.Json;
using Cordwain.Emulation;
using Cordwain.Tests.Serve;
using Cordwain.Tests.Support;

namespace Cordwain.Faults.Tests.Support;

/// <summary>A network of its own: the server at 10.80.0.1, and a host at 10.80.0.2 from which a relay speaks.</summary>
sealed class FaultLab : IDisposable
{
    public const string Bridge = "lan0", Relay = "10.80.0.2";

    public FaultLab(string purpose)
    {
        Network = new(purpose);
        try
        {
            Network.AddLink(Bridge, "10.80.0.1/16");
            Host = Network.AddHost("relay", Bridge, Relay + "/16");
        }
        catch
        {
            Dispose();
            throw;
        }
    }

    public PrivateNetwork Network { get; }

    public TestFolder Folder { get; } = new();

    /// <summary>The namespace of the host beside the server.</summary>
    public string Host { get; } = "";

    /// <summary>A configuration that gives as many addresses, from 10.80.1.0 on.</summary>
    public string Configure(int addresses, string lease = "1h", string more = "") => Folder.Write("cordwain.yaml", $"""
        networks:
          lab:
            subnet: 10.80.0.0/16
            dhcp: server
            pool: 10.80.1.0-{RelayedMessage.Text(RelayedMessage.Number("10.80.1.0") + (uint)addresses - 1)}
            lease: {lease}
            probe: false
            force: true
        {more}
        """);

    public Task<RunningServer> Start(string config, string? data = null) => RunningServer.Start(Network, config, data ?? Folder.Data);

    /// <summary>The bindings as the running server has them: the end of each by its address, without those that were given back.</summary>
    public Dictionary<string, DateTimeOffset> Bound(string? data = null)
    {
        var (code, output) = Network.Run(null, TimeSpan.FromSeconds(60), CommandLine.Program, "leases", "--json", "--data", data ?? Folder.Data);
        Assert.True(code == 0, output);
        using var json = JsonDocument.Parse(output);
        return json.RootElement.EnumerateArray().Where(lease => lease.GetProperty("state").GetString() == "bound").ToDictionary(
            lease => lease.GetProperty("address").GetString()!,
            lease => lease.GetProperty("expires").ValueKind == JsonValueKind.Null ? DateTimeOffset.MaxValue : lease.GetProperty("expires").GetDateTimeOffset());
    }

    public void Dispose()
    {
        Network.Dispose();
        Folder.Dispose();
    }
}
