using System.Diagnostics;
using Cordwain.Protocols.Dhcp4;
using Cordwain.Protocols.Wire;
using Cordwain.Server.Tests.Support;

namespace Cordwain.Server.Tests.Import;

/// <summary>dhcpd or dnsmasq on a configuration, alone with one client in namespaces of their own.</summary>
sealed class ReferenceServer : IDisposable
{
    public static readonly Ipv4Address Address = Ipv4Address.Parse("10.99.0.1");

    readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("cordwain-import-");
    readonly NetworkNamespace _server = NetworkNamespace.Create(), _client = NetworkNamespace.Create();
    readonly List<string> _log = [];
    readonly Peer? _peer;

    public ReferenceServer(string configuration, bool isDnsmasq)
    {
        try
        {
            _peer = Start(configuration, isDnsmasq);
        }
        catch
        {
            Dispose();
            throw;
        }
    }

    Peer Start(string configuration, bool isDnsmasq)
    {
        NetworkNamespace.Connect(_server, "srv", _client, "cli");
        _server.Ip($"address add {Address}/24 dev srv");
        File.WriteAllText(InFolder("included"), "");
        File.WriteAllText(InFolder("leases"), "");
        File.WriteAllText(InFolder("configuration"), configuration.Replace("/srv/tftpboot", _folder.FullName, StringComparison.Ordinal).Replace("/etc/dhcp/hosts.conf", InFolder("included"), StringComparison.Ordinal));
        var process = isDnsmasq
            ? _server.Start("dnsmasq", "--no-daemon", "--no-ping", "--user=root", "--pid-file", "--log-facility=-", "--conf-file=" + InFolder("configuration"), "--dhcp-leasefile=" + InFolder("leases"))
            : _server.Start(Dhcpd(), "-4", "-f", "-d", "-user", "root", "-group", "root", "-cf", InFolder("configuration"), "-lf", InFolder("leases"), "-pf", InFolder("pid"), "srv");
        WaitFor(process, isDnsmasq ? "started" : "Server starting service");
        return new(_client, "cli", 68);
    }

    /// <summary>The answer to each question; null where the server is silent.</summary>
    /// <param name="known">A question that it always answers: what has not come before its answer does not come.</param>
    public DhcpMessage? Ask(DhcpMessage question, DhcpMessage known)
    {
        Send(question);
        Send(known);
        DhcpMessage? answer = null;
        while (true)
        {
            var reply = Take();
            if (reply.Xid == known.Xid)
                return answer;
            if (reply.Xid == question.Xid)
                answer = reply;
        }
    }

    /// <summary>Asks the boot server's port; it answers there and then.</summary>
    public DhcpMessage AskBootServer(DhcpMessage question)
    {
        _peer!.Send(question.Encode(), Address, 4011);
        while (true)
        {
            if (Take() is { } reply && reply.Xid == question.Xid)
                return reply;
        }
    }

    public void GiveClientAnAddress() => _client.Ip("address add 10.99.0.77/24 dev cli");

    public void Dispose()
    {
        _peer?.Dispose();
        _client.Dispose();
        _server.Dispose();
        _folder.Delete(recursive: true);
    }

    void Send(DhcpMessage message) => _peer!.Broadcast(message.Encode());

    DhcpMessage Take()
    {
        Assert.True(DhcpMessage.TryParse(_peer!.Take().Payload, out var reply, out var error), error.ToString());
        return reply;
    }

    string InFolder(string name) => Path.Combine(_folder.FullName, name);

    void WaitFor(Process process, string mark)
    {
        for (var line = process.StandardError.ReadLine(); line is not null; line = process.StandardError.ReadLine())
        {
            _log.Add(line);
            if (!line.Contains(mark, StringComparison.Ordinal))
                continue;
            new Thread(() => process.StandardError.ReadToEnd()) { IsBackground = true }.Start();
            return;
        }

        Assert.Fail("The reference server does not start:\n" + string.Join('\n', _log));
    }

    /// <summary>Installed, or unpacked by tests/install.</summary>
    static string Dhcpd()
    {
        var cache = Environment.GetEnvironmentVariable("CORDWAIN_LAB_CACHE")
            ?? Path.Combine(Environment.GetEnvironmentVariable("XDG_CACHE_HOME") ?? Path.Combine(Environment.GetFolderPath(Environment.SpecialFolder.UserProfile), ".cache"), "cordwain-lab");
        var unpacked = Path.Combine(cache, "root-amd64", "usr/sbin/dhcpd");
        return File.Exists(unpacked) ? unpacked : "/usr/sbin/dhcpd";
    }
}
