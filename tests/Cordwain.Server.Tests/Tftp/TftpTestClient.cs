using System.Buffers.Binary;
using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Text;
using Cordwain.Protocols.Tftp;

namespace Cordwain.Server.Tests.Tftp;

/// <summary>An error packet of the server.</summary>
sealed class TftpRefusal(TftpErrorCode code, string message) : Exception($"{code}: {message}")
{
    public TftpErrorCode Code => code;
}

/// <summary>A client packet by packet, or a whole read with a window.</summary>
sealed class TftpTestClient : IDisposable
{
    readonly Socket _socket;
    readonly IPEndPoint _server;
    readonly byte[] _buffer = new byte[65536];
    EndPoint _transfer;

    public TftpTestClient(IPEndPoint server, string local = "127.0.0.1", int port = 0, bool broadcast = false)
    {
        _server = server;
        _transfer = server;
        _socket = new(AddressFamily.InterNetwork, SocketType.Dgram, ProtocolType.Udp) { ReceiveBufferSize = 8 << 20, EnableBroadcast = broadcast };
        _socket.Bind(new IPEndPoint(IPAddress.Parse(local), port));
    }

    /// <summary>Where the last packet came from.</summary>
    public IPEndPoint From => (IPEndPoint)_transfer;

    public void Dispose() => _socket.Dispose();

    public void Request(string name, params (string Name, long Value)[] options) => Request(name, "octet", options);

    public void Request(string name, string mode, params (string Name, long Value)[] options) => SendTo(_server, Packet(1, name, mode, options));

    public void SendTo(EndPoint to, byte[] packet) => _socket.SendTo(packet, to);

    public void Ack(int block) => SendTo(_transfer, [0, 4, (byte)(block >> 8), (byte)block]);

    public void Error(TftpErrorCode code, string message) => SendTo(_transfer, TftpPacket.Error(code, message));

    /// <summary>The next packet; null when none comes in time.</summary>
    public byte[]? Receive(int milliseconds = 5000)
    {
        if (!_socket.Poll(milliseconds * 1000, SelectMode.SelectRead))
            return null;
        var length = _socket.ReceiveFrom(_buffer, ref _transfer);
        return _buffer[..length];
    }

    /// <summary>The next packet as text: <c>oack blksize=8</c>, <c>data 1 +512</c>, <c>error 1 file not found</c>, <c>nothing</c>.</summary>
    public string Hear(int milliseconds = 5000) => Receive(milliseconds) is { } packet ? Describe(packet) : "nothing";

    public static byte[] Packet(byte opcode, string name, string mode, params (string Name, long Value)[] options)
    {
        var text = new StringBuilder().Append('\0').Append((char)opcode).Append(name).Append('\0').Append(mode).Append('\0');
        foreach (var (option, value) in options)
            text.Append(CultureInfo.InvariantCulture, $"{option}\0{value}\0");
        return Encoding.UTF8.GetBytes(text.ToString());
    }

    /// <summary>Reads a whole file as a patient client does.</summary>
    /// <exception cref="TftpRefusal">The server sent an error.</exception>
    public byte[] Fetch(string name, int blockSize = 0, int window = 0, string mode = "octet", int rollOverTo = 0)
    {
        List<(string, long)> options = [];
        if (blockSize > 0)
            options.Add(("blksize", blockSize));
        if (window > 0)
            options.Add(("windowsize", window));
        Request(name, mode, [.. options]);

        using var received = new MemoryStream();
        var (size, every) = (512, 1);
        var (block, sinceAck) = (0, 0);
        while (true)
        {
            var packet = Receive() ?? throw new TimeoutException($"The server fell silent at block {block}, {received.Length} bytes.");
            switch ((TftpOpcode)packet[1])
            {
                case TftpOpcode.Error:
                    TftpPacket.TryReadError(packet, out var code, out var message);
                    throw new TftpRefusal(code, message);

                case TftpOpcode.OptionAck:
                    (size, every) = (blockSize > 0 ? Granted(packet, "blksize") : 512, window > 0 ? Granted(packet, "windowsize") : 1);
                    Ack(0);
                    break;

                case TftpOpcode.Data:
                    var next = block == 65535 ? rollOverTo : block + 1;
                    if (BinaryPrimitives.ReadUInt16BigEndian(packet.AsSpan(2)) == next)
                    {
                        (block, sinceAck) = (next, sinceAck + 1);
                        received.Write(packet.AsSpan(4));
                        if (packet.Length - 4 < size)
                        {
                            Ack(block);
                            return received.ToArray();
                        }

                        if (sinceAck < every)
                            break;
                    }

                    Ack(block);
                    sinceAck = 0;
                    break;
            }
        }
    }

    static int Granted(byte[] oack, string option)
    {
        var words = Encoding.ASCII.GetString(oack.AsSpan(2)).Split('\0');
        return int.Parse(words[Array.IndexOf(words, option) + 1], CultureInfo.InvariantCulture);
    }

    static string Describe(byte[] packet)
    {
        var number = BinaryPrimitives.ReadUInt16BigEndian(packet.AsSpan(2));
        switch ((TftpOpcode)packet[1])
        {
            case TftpOpcode.Data:
                return $"data {number} +{packet.Length - 4}";
            case TftpOpcode.Error:
                return $"error {number} {Encoding.ASCII.GetString(packet.AsSpan(4)).TrimEnd('\0')}";
            default:
                var words = Encoding.ASCII.GetString(packet.AsSpan(2)).TrimEnd('\0').Split('\0');
                return "oack " + string.Join(' ', words.Chunk(2).Select(pair => string.Join('=', pair)));
        }
    }
}
