using System.Net;
using System.Net.Sockets;
using System.Text;

namespace Cordwain.Fuzz;

/// <summary>Damaged and forged traffic against a running server, in a network of the tests' own: bounded in time and in packets.</summary>
/// <remarks>DHCP and TFTP datagrams are mutations of the corpora; HTTP gets broken requests, half requests and connections that say nothing.</remarks>
static class Attack
{
    const int PacketsPerSecond = 1500;

    static readonly string[] BrokenRequests =
    [
        "GET /../../etc/passwd HTTP/1.1\r\nHost: x\r\n\r\n", "GET /%2e%2e/%2e%2e/etc/passwd HTTP/1.1\r\nHost: x\r\n\r\n", "GET / HTTP/9.9\r\n\r\n",
        "POST /linux HTTP/1.1\r\nHost: x\r\nContent-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\nGET /x HTTP/1.1\r\n\r\n", "GET /\0\r\n\r\n",
        "GET /linux HTTP/1.1\r\nHost: x\r\nRange: bytes=99999999999999999999-\r\n\r\n", "GET /linux HTTP/1.1\r\nX: " + new string('a', 70_000) + "\r\n\r\n",
        "HEAD /boot.ipxe?mac=${" + new string('%', 999) + " HTTP/1.1\r\nHost: x\r\n\r\n", "\u0016\u0003\u0001\u0002", "GET /linux HTTP/1.1\r\nHo",
    ];

    /// <summary>Attacks one address for some seconds.</summary>
    public static int Run(IPAddress server, TimeSpan length, int seed, IReadOnlyList<(byte[] Input, int[] Ports)> corpus)
    {
        var random = new Random(seed);
        using var udp = new Socket(AddressFamily.InterNetwork, SocketType.Dgram, ProtocolType.Udp) { EnableBroadcast = true };
        udp.Bind(new IPEndPoint(IPAddress.Any, 68));
        var mutators = corpus.Select(entry => entry.Input).ToArray();
        List<Socket> silent = [];
        var end = Environment.TickCount64 + (long)length.TotalMilliseconds;
        long sent = 0;
        for (var tick = 0; Environment.TickCount64 < end; tick++)
        {
            for (var i = 0; i < PacketsPerSecond / 100; i++, sent++)
            {
                var chosen = random.Next(corpus.Count);
                var packet = Damage(mutators[chosen], random);
                var port = corpus[chosen].Ports[random.Next(corpus[chosen].Ports.Length)];
                var to = port != 69 && random.Next(2) == 0 ? IPAddress.Broadcast : server;
                udp.SendTo(packet, new IPEndPoint(to, port));
            }

            if (tick % 4 == 0)
                Http(server, BrokenRequests[random.Next(BrokenRequests.Length)], silent);
            Thread.Sleep(10);   // the rate, not a wait for something
        }

        silent.ForEach(socket => socket.Dispose());
        Console.WriteLine($"{sent} datagrams");
        return 0;
    }

    /// <summary>Half of the time a stranger with another MAC and nothing else wrong, else some bytes changed, cut or added.</summary>
    static byte[] Damage(byte[] input, Random random)
    {
        var packet = input.ToArray();
        if (packet.Length > 44 && random.Next(2) == 0)
        {
            random.NextBytes(packet.AsSpan(29, 5));
            random.NextBytes(packet.AsSpan(4, 4));
            return packet;
        }

        for (var changes = random.Next(1, 12); changes > 0 && packet.Length > 0; changes--)
            packet[random.Next(packet.Length)] = (byte)random.Next(256);
        return random.Next(4) == 0 ? packet[..random.Next(packet.Length + 1)] : packet;
    }

    static void Http(IPAddress server, string request, List<Socket> silent)
    {
        const int MostSilent = 200;
        var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp) { SendTimeout = 200, ReceiveTimeout = 200 };
        try
        {
            socket.Connect(server, 8067);
            socket.Send(Encoding.Latin1.GetBytes(request));
        }
        catch (SocketException)
        {
            // Refused or closed: that is an answer, too.
        }

        silent.Add(socket);
        if (silent.Count <= MostSilent)
            return;
        silent[0].Dispose();
        silent.RemoveAt(0);
    }
}
