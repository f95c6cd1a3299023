using System.Buffers;
using System.Net;
using System.Security.Cryptography;
using Microsoft.Win32.SafeHandles;

namespace Cordwain.Content.Mirrors;

/// <summary>A remote file on its way: one transfer, taken up again where it breaks, read by any number of machines while it comes.</summary>
sealed class MirrorDownload
{
    const int ChunkLength = 128 * 1024;
    const long DurableEvery = 64L << 20, ReserveStep = 16L << 20;

    readonly MirrorEntry _entry;
    readonly MirrorParts _parts;
    readonly IncrementalHash _hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
    readonly SafeFileHandle _file;
    TaskCompletionSource _changed = NewSignal();
    long _available;
    long _reserved;
    long _durable;
    volatile MirrorException? _failure;
    volatile bool _isComplete;
    string? _sha256;
    int _holders = 1;

    /// <param name="response">The answer to the first question: 200, or 206 from <paramref name="from"/> on.</param>
    /// <exception cref="MirrorException">The part cannot be written.</exception>
    public MirrorDownload(MirrorEntry entry, MirrorParts parts, HttpResponseMessage response, long from)
    {
        _entry = entry;
        _parts = parts;
        Version = MirrorVersion.Of(response);
        Length = from > 0 ? response.Content.Headers.ContentRange!.Length : response.Content.Headers.ContentLength;
        Position = from;
        _file = parts.Open(entry.Key, from);
    }

    public long? Length { get; private set; }

    public MirrorVersion Version { get; }

    /// <summary>Bytes written so far; the last of them may not be readable yet.</summary>
    public long Position { get; private set; }

    public bool IsComplete => _isComplete;

    public MirrorException? Failure => _failure;

    public int Readers => Math.Max(0, Volatile.Read(ref _holders) - (_isComplete || _failure is not null ? 0 : 1));

    public SafeFileHandle File => _file;

    /// <summary>Fetches all of it; never throws. Returns when it is complete or given up; the caller then releases it.</summary>
    public async Task RunAsync(HttpResponseMessage response, CancellationToken stopping)
    {
        try
        {
            await MirrorParts.HashAsync(_file, Position, _hash, stopping);
            Reserve(Length ?? Position);
            Publish(Position);
            await CopyAllAsync(response, stopping);
            Finish();
        }
        catch (Exception e)
        {
            Fail(e as MirrorException ?? new MirrorException("CW7003",
                stopping.IsCancellationRequested ? "the server is stopping." : $"the transfer failed: {e.Message}", e));
        }
        finally
        {
            response.Dispose();
            _hash.Dispose();
        }
    }

    public bool TryHold()
    {
        for (var holders = Volatile.Read(ref _holders); holders > 0;)
        {
            var seen = Interlocked.CompareExchange(ref _holders, holders + 1, holders);
            if (seen == holders)
                return true;
            holders = seen;
        }

        return false;
    }

    public void Release()
    {
        if (Interlocked.Decrement(ref _holders) > 0)
            return;
        _file.Dispose();
        if (_sha256 is not null)
            _parts.Shelf.Release(_sha256);
    }

    /// <summary>Waits until there is a byte at the offset, or none will come.</summary>
    /// <returns>The bytes that can be read; at most <paramref name="offset"/> only at the end.</returns>
    public async ValueTask<long> WaitAsync(long offset, CancellationToken cancellationToken)
    {
        while (true)
        {
            var changed = Volatile.Read(ref _changed);
            var isComplete = _isComplete;
            var available = Volatile.Read(ref _available);
            if (offset < available || isComplete)
                return available;
            if (_failure is { } failure)
                throw new MirrorException(failure.Code, failure.Message[(failure.Code.Length + 2)..], failure);
            await changed.Task.WaitAsync(cancellationToken);
        }
    }

    async Task CopyAllAsync(HttpResponseMessage first, CancellationToken stopping)
    {
        var response = first;
        var skip = 0L;   // bytes of the answer that we have already
        for (var failures = 0; ; failures++)
        {
            var before = Position;
            try
            {
                await CopyAsync(response, skip, stopping);
                return;
            }
            catch (MirrorException e) when (!e.IsTransient)
            {
                throw;
            }
            catch (Exception e) when (e is IOException or HttpRequestException && !stopping.IsCancellationRequested)
            {
                if (Position > before)
                    failures = 0;
                if (failures >= _parts.Settings.MaxRetries)
                    throw BrokeOff(e);
            }
            finally
            {
                response.Dispose();
            }

            (response, skip, failures) = await ReconnectAsync(failures, stopping);
        }
    }

    async Task<(HttpResponseMessage Response, long Skip, int Failures)> ReconnectAsync(int failures, CancellationToken stopping)
    {
        while (true)
        {
            await _parts.PauseAsync(failures, stopping);
            try
            {
                var response = await _parts.Client.GetAsync(_entry.Url, new(Position, Position > 0 ? Version : default), _entry.Expected is not null,
                    _parts.Settings.StallTimeout, stopping);
                return (response, SkipOf(response), failures);
            }
            catch (MirrorException e) when (e.IsTransient)
            {
                if (failures++ >= _parts.Settings.MaxRetries)
                    throw BrokeOff(e);
            }
        }
    }

    MirrorException BrokeOff(Exception e) =>
        new("CW7003", $"{MirrorClient.Shown(_entry.Url)} broke off at byte {Position} and could not be taken up again: {e.Message}", e);

    /// <summary>Checks that an answer goes on with the same file.</summary>
    /// <returns>How many of its bytes we have already.</returns>
    long SkipOf(HttpResponseMessage response)
    {
        try
        {
            if (response.StatusCode is not (HttpStatusCode.OK or HttpStatusCode.PartialContent))
                throw MirrorAnswers.Refused(_entry.Url, response);

            var isPart = response.StatusCode == HttpStatusCode.PartialContent;
            var range = response.Content.Headers.ContentRange;
            var length = isPart ? range?.Length : response.Content.Headers.ContentLength;
            if (!Version.MayBe(MirrorVersion.Of(response)) || (length is not null && Length is not null && length != Length)
                || (isPart && range?.From != Position))
                throw MirrorAnswers.Changed(_entry.Url);
            Length ??= length;
            return isPart ? 0 : Position;
        }
        catch
        {
            response.Dispose();
            throw;
        }
    }

    async Task CopyAsync(HttpResponseMessage response, long skip, CancellationToken stopping)
    {
        using var silence = new CancellationTokenSource(Timeout.InfiniteTimeSpan, _parts.Time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(silence.Token, stopping);
        var buffer = ArrayPool<byte>.Shared.Rent(ChunkLength);
        try
        {
            var body = await response.Content.ReadAsStreamAsync(either.Token);
            for (var checkedTo = 0L; ;)
            {
                silence.CancelAfter(_parts.Settings.StallTimeout);
                var read = await body.ReadAsync(buffer.AsMemory(0, ChunkLength), either.Token);
                silence.CancelAfter(Timeout.InfiniteTimeSpan);
                if (read == 0)
                    break;

                // A mirror without ranges sends all again: what we have must be what it sends.
                var known = (int)Math.Min(read, skip - checkedTo);
                if (known > 0 && !await MirrorParts.IsSameAsync(_file, checkedTo, buffer.AsMemory(0, known), stopping))
                    throw MirrorAnswers.Changed(_entry.Url);
                checkedTo += Math.Max(known, 0);
                if (read > known)
                    await TakeAsync(buffer.AsMemory(Math.Max(known, 0)..read), stopping);
            }

            if (Length is { } length && Position != length)
                throw new IOException($"{length - Position} bytes are missing at the end");
            if (Position < skip)
                throw MirrorAnswers.Changed(_entry.Url);
        }
        catch (OperationCanceledException e) when (silence.IsCancellationRequested && !stopping.IsCancellationRequested)
        {
            throw new IOException("the mirror fell silent", e);
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer);
        }
    }

    async Task TakeAsync(ReadOnlyMemory<byte> bytes, CancellationToken stopping)
    {
        if (Length is { } length && Position + bytes.Length > length)
            throw MirrorAnswers.Changed(_entry.Url);
        if (Position + bytes.Length > _reserved)
            Reserve(Position + bytes.Length + Math.Min(ReserveStep, _parts.Settings.MaxBytes / 64));

        await _parts.WriteAsync(_file, Position, bytes, stopping);
        _hash.AppendData(bytes.Span);
        var before = Position;
        Position += bytes.Length;
        _parts.OnFetched(bytes.Length);

        // With a checksum the end is held back until it is checked: no machine completes a wrong file.
        Publish(_entry.Expected is null ? Position : Length is { } all ? Math.Min(Position, all - 1) : before);
        if (Position - _durable >= DurableEvery)
            _durable = _parts.KeepPart(_entry, _file, Position, Length, Version);
    }

    void Finish()
    {
        Length = Position;
        var sha256 = Convert.ToHexStringLower(_hash.GetHashAndReset());
        if (_entry.Expected is { } expected && expected != sha256)
            throw new MirrorException("CW7004", $"{MirrorClient.Shown(_entry.Url)} has SHA-256 {sha256}, but {expected} is expected.");

        _parts.Complete(_entry, _file, sha256, Position, Version);
        _sha256 = sha256;
        _parts.Shelf.Unreserve(Interlocked.Exchange(ref _reserved, 0));
        Volatile.Write(ref _available, Position);   // before completion is seen: a reader must not take the held-back end for the end
        _isComplete = true;
        Publish(Position);
    }

    void Fail(MirrorException failure)
    {
        _parts.Abandon(_entry, _file, failure, Position, Length, Version);
        _parts.Shelf.Unreserve(Interlocked.Exchange(ref _reserved, 0));
        _failure = failure;
        Publish(Volatile.Read(ref _available));
    }

    void Reserve(long total)
    {
        if (total <= _reserved)
            return;
        _parts.Shelf.Reserve(total - _reserved);
        _reserved = total;
    }

    void Publish(long available)
    {
        Volatile.Write(ref _available, Math.Max(available, Volatile.Read(ref _available)));
        Interlocked.Exchange(ref _changed, NewSignal()).SetResult();
    }

    static TaskCompletionSource NewSignal() => new(TaskCreationOptions.RunContinuationsAsynchronously);
}
