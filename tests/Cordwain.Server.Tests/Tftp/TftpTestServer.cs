using System.Collections.Concurrent;
using System.Net;
using Cordwain.Boot.Journal;
using Cordwain.Boot.Machines;
using Cordwain.Content;
using Cordwain.Protocols.Wire;
using Cordwain.Server.Tftp;
using Microsoft.Extensions.Logging.Abstractions;

namespace Cordwain.Server.Tests.Tftp;

/// <summary>The service on loopback, with a folder of its own and a journal that can be read.</summary>
sealed class TftpTestServer : IDisposable
{
    public static readonly Ipv4Address Loopback = Ipv4Address.Parse("127.0.0.1");

    readonly TftpService _service;

    public TftpTestServer(TftpSettings? settings = null, TimeProvider? clock = null, TftpTransport? transport = null)
    {
        Folder = Directory.CreateTempSubdirectory("cordwain-tftp-").FullName;
        Files = new(Folder);
        _service = new(
            settings ?? new() { Port = 0, Address = Loopback, MaxRequestsPerSecondPerAddress = 100_000 },
            Files, Journal, clock ?? TimeProvider.System, NullLogger<TftpService>.Instance, transport ?? TftpTransport.OfThisSystem());
        _service.StartAsync(CancellationToken.None).GetAwaiter().GetResult();
    }

    public string Folder { get; }

    public FakeBootFiles Files { get; }

    public RecordingJournal Journal { get; } = new();

    public IPEndPoint EndPoint => new(IPAddress.Loopback, _service.LocalEndPoint.Port);

    public TftpCounters Counters => _service.Counters;

    public int Transfers => _service.Transfers;

    public bool IsAtRest => _service.IsAtRest;

    /// <summary>A file of bytes that repeat at no block size.</summary>
    public byte[] Add(string name, int length, int seed = 1)
    {
        var bytes = new byte[length];
        new Random(seed).NextBytes(bytes);
        File.WriteAllBytes(Path.Combine(Folder, name), bytes);
        return bytes;
    }

    public void Stop() => _service.Dispose();

    public void Dispose()
    {
        _service.Dispose();
        Directory.Delete(Folder, recursive: true);
    }
}

sealed class RecordingJournal : IBootJournal
{
    readonly BlockingCollection<BootEvent.Read> _events = [];

    public void Record(BootEvent boot) => _events.Add((BootEvent.Read)boot);

    /// <summary>The next event, waited for.</summary>
    public BootEvent.Read Next() =>
        _events.TryTake(out var read, TimeSpan.FromSeconds(10)) ? read : throw new TimeoutException("Nothing was recorded.");

    /// <summary>The next event about a file, whatever else is recorded before it: several threads record.</summary>
    public BootEvent.Read Next(string name)
    {
        while (true)
        {
            if (Next() is { } read && read.Name == name)
                return read;
        }
    }
}

/// <summary>A folder, and names that a test adds.</summary>
sealed class FakeBootFiles(string folder) : IBootFiles
{
    int _opened;

    /// <summary>Answers instead of the folder where it has the name.</summary>
    public ConcurrentDictionary<string, Func<CancellationToken, ValueTask<OpenedFile>>> Special { get; } = [];

    public int Opened => Volatile.Read(ref _opened);

    public FileRequest? Last { get; private set; }

    public static OpenedFile Opens(BootContent? content, string? refusal = null) =>
        new(content, MachineIdentity.Unknown, "application/octet-stream", []) { Refusal = refusal };

    public ValueTask<OpenedFile> OpenAsync(FileRequest request, CancellationToken cancellationToken)
    {
        Interlocked.Increment(ref _opened);
        Last = request;
        if (Special.TryGetValue(request.Name, out var open))
            return open(cancellationToken);

        var path = Path.Combine(folder, request.Name.Replace('\\', '/').TrimStart('/'));
        return new(File.Exists(path) ? Opens(new FileContent(path) { Source = "folder" }) : Opens(null));
    }
}

sealed class FileContent(string path) : BootContent
{
    readonly Microsoft.Win32.SafeHandles.SafeFileHandle _file = File.OpenHandle(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete);

    public override long? Length => Extent!.Value.Length;

    public override FileExtent? Extent => field ??= new(_file, 0, RandomAccess.GetLength(_file));

    public override ValueTask<int> ReadAsync(long offset, Memory<byte> buffer, CancellationToken cancellationToken) =>
        RandomAccess.ReadAsync(_file, buffer, offset, cancellationToken);

    protected override void Dispose(bool disposing)
    {
        base.Dispose(disposing);
        _file.Dispose();
    }
}

sealed class TextContent(byte[] text) : BootContent
{
    public override long? Length => text.Length;

    public override ReadOnlyMemory<byte>? Bytes => text;

    public override ValueTask<int> ReadAsync(long offset, Memory<byte> buffer, CancellationToken cancellationToken) => throw new NotSupportedException();
}

/// <summary>A remote file: its bytes are there when the test says so.</summary>
sealed class ArrivingContent(byte[] bytes, bool lengthKnown) : BootContent
{
    readonly Lock _gate = new();
    TaskCompletionSource _more = new(TaskCreationOptions.RunContinuationsAsynchronously);
    int _arrived;
    Exception? _broken;

    public override long? Length => lengthKnown ? bytes.Length : null;

    bool IsDisposed { get; set; }

    public void ExpectDisposed() => Assert.True(SpinWait.SpinUntil(() => IsDisposed, TimeSpan.FromSeconds(10)));

    public void Arrive(int upTo, Exception? broken = null)
    {
        lock (_gate)
        {
            (_arrived, _broken) = (upTo, broken);
            _more.SetResult();
            _more = new(TaskCreationOptions.RunContinuationsAsynchronously);
        }
    }

    public override async ValueTask<int> ReadAsync(long offset, Memory<byte> buffer, CancellationToken cancellationToken)
    {
        while (true)
        {
            Task more;
            lock (_gate)
            {
                if (offset < _arrived || offset == bytes.Length)
                {
                    var count = Math.Min(buffer.Length, _arrived - (int)offset);
                    bytes.AsMemory((int)offset, count).CopyTo(buffer);
                    return count;
                }

                if (_broken is not null)
                    throw _broken;
                more = _more.Task;
            }

            await more.WaitAsync(cancellationToken);
        }
    }

    protected override void Dispose(bool disposing)
    {
        base.Dispose(disposing);
        IsDisposed = true;
    }
}
