using System.Net;
using System.Net.Sockets;
using System.Text;
using Cordwain.Server.Metrics;
using Cordwain.Server.Metrics.Otlp;
using Microsoft.Extensions.Logging;

namespace Cordwain.Tests.Metrics;

/// <summary>What a collector gets, and what becomes of one that does not take it.</summary>
public sealed class OtlpExportTests : IAsyncDisposable
{
    static readonly TimeSpan Soon = TimeSpan.FromMilliseconds(5), Never = TimeSpan.FromHours(1);

    readonly MetricsRegistry _registry = new();
    readonly Said _said = new();
    readonly OtlpExport _export;
    readonly DateTimeOffset _started = DateTimeOffset.UtcNow.AddHours(-1);
    double _count = 1;

    public OtlpExportTests()
    {
        _registry.Add([MetricFamily.Counter("some_total", "X.", () => _count)]);
        _export = new(_registry, _started, TimeProvider.System, _said);
    }

    public async ValueTask DisposeAsync()
    {
        await _export.DisposeAsync();
        _registry.Dispose();
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Every_kind_of_figure_arrives_with_name_unit_labels_times_and_sender(bool compress)
    {
        await using var collector = await Collector.OnLoopback();
        var histogram = new FixedHistogram([0.5, 2]);
        foreach (var seconds in (double[])[0.25, 1, 1, 3])
            histogram.Add(TimeSpan.FromSeconds(seconds));
        _registry.Add(
        [
            MetricFamily.Gauge("some_bytes", "Bytes — many.", () => -7.25),
            new("answer_seconds", MetricKind.Histogram, "How long.", ["network"], () => [new(0, ["räck \"a\""]) { Histogram = histogram.Read() }]),
            new("nothing_yet", MetricKind.Gauge, "Without a sample.", ["a"], () => []),
        ]);
        var refreshed = 0;
        _registry.BeforeReading(() => Task.FromResult(++refreshed));
        var before = DateTimeOffset.UtcNow;
        _export.To(Target(collector) with { Compress = compress, Headers = [new("authorization", "Bearer t")], Resource = [new("service.name", "cordwain"), new("host.name", "h")] });

        var reading = await collector.Next();
        Assert.Equal(("POST", "/v1/metrics", "application/x-protobuf", "Bearer t"), (reading.Method, reading.Path, reading.Headers["Content-Type"], reading.Headers["Authorization"]));
        Assert.Equal(compress, reading.Headers.ContainsKey("Content-Encoding"));
        Assert.Equal(new() { ["service.name"] = "cordwain", ["host.name"] = "h" }, reading.Resource);
        Assert.Equal("Cordwain", reading.Scope);
        Assert.Equal(["answer_seconds", "some_bytes", "some_total"], reading.Metrics.Select(metric => metric.Name));
        Assert.Equal((9, "s", "How long."), (reading["answer_seconds"].Kind, reading["answer_seconds"].Unit, reading["answer_seconds"].Help));
        Assert.Equal((5, "By", "Bytes — many."), (reading["some_bytes"].Kind, reading["some_bytes"].Unit, reading["some_bytes"].Help));
        Assert.Equal((7, "", "X."), (reading["some_total"].Kind, reading["some_total"].Unit, reading["some_total"].Help));

        var point = Assert.Single(reading["answer_seconds"].Points);
        Assert.Equal("räck \"a\"", point.Labels["network"]);
        Assert.Equal([1, 2, 1], point.Buckets);
        Assert.Equal([0.5, 2], point.Bounds);
        Assert.Equal((4ul, 5.25), (point.Count, point.Value));
        Assert.Equal(-7.25, Assert.Single(reading["some_bytes"].Points).Value);
        Assert.Equal(Nanoseconds(_started), point.Started);
        Assert.InRange(point.At, Nanoseconds(before), Nanoseconds(DateTimeOffset.UtcNow));
        Assert.True(refreshed > 0);
        await _said.Line("Metrics are sent to " + collector.Url);
    }

    [Fact]
    public async Task A_collector_that_is_overloaded_is_asked_again_and_gets_the_figures_of_then()
    {
        await using var collector = await Collector.OnLoopback();
        collector.Answer = number =>
        {
            _count = number + 1;
            return number < 3 ? new(503) : null;
        };
        _export.To(Target(collector) with { Interval = Never, Patience = Soon });
        Assert.Equal(3, (await collector.Next()).Values["some_total"]);
        await _said.Line("takes the metrics again");
        Assert.Contains($"warning CW2051: The collector at {collector.Url}v1/metrics does not take the metrics: it answered 503.", Assert.Single(_said.Warnings), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_collector_that_is_away_costs_one_warning_and_the_next_one_gets_the_figures()
    {
        using var nobody = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        nobody.Bind(new IPEndPoint(IPAddress.Loopback, 0));   // and does not listen
        var url = new Uri($"http://{nobody.LocalEndPoint}/v1/metrics");
        var readings = 0;
        var many = new TaskCompletionSource();
        _registry.BeforeReading(() =>
        {
            if (++readings == 20)
                many.TrySetResult();
            return Task.CompletedTask;
        });
        _export.To(new(url) { FirstAfter = Soon, Interval = Soon, Patience = Soon });
        await many.Task.WaitAsync(TimeSpan.FromMinutes(1), TestContext.Current.CancellationToken);
        Assert.Contains($"{url} does not take the metrics: it cannot be reached: Connection refused", Assert.Single(_said.Warnings), StringComparison.Ordinal);

        await using var collector = await Collector.OnLoopback();
        _export.To(Target(collector));
        Assert.Equal(1, (await collector.Next()).Values["some_total"]);
        Assert.Single(_said.Warnings);
    }

    [Fact]
    public async Task A_collector_that_falls_silent_is_given_up_after_the_timeout()
    {
        using var silent = new TcpListener(IPAddress.Loopback, 0);
        silent.Start();   // the kernel accepts, and nobody answers
        _export.To(new(new($"http://{silent.LocalEndpoint}/v1/metrics")) { FirstAfter = Soon, Patience = Soon, Interval = Soon, Timeout = TimeSpan.FromMilliseconds(50) });
        await _said.Line("it did not answer within 0.1 s");
    }

    [Theory]
    [InlineData(401, "it answered 401 (who \\u001b[31mare you)")]
    [InlineData(307, "it answered 307 (who \\u001b[31mare you)")]
    public async Task What_a_collector_refuses_is_said_at_once_in_its_words_without_their_control_characters(int status, string words)
    {
        await using var collector = await Collector.OnLoopback();
        var again = new TaskCompletionSource();
        collector.Answer = number =>
        {
            if (number == 5)
                again.TrySetResult();
            return new(status, [8, 16, .. Message(2, "who \e[31mare you"u8)]) { Headers = [("Location", "http://127.0.0.1:1/")] };
        };
        _export.To(Target(collector));
        await again.Task.WaitAsync(TimeSpan.FromMinutes(1), TestContext.Current.CancellationToken);
        Assert.Contains(words, Assert.Single(_said.Warnings), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Figures_that_are_rejected_one_by_one_are_said_once()
    {
        await using var collector = await Collector.OnLoopback();
        collector.Answer = number => new(200, Message(1, [8, (byte)(3 + number), .. Message(2, "too old"u8)]));
        _export.To(Target(collector));
        for (var i = 0; i < 5; i++)
            await collector.Next();
        Assert.Contains("it rejected 3 of the figures (too old)", Assert.Single(_said.Warnings), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Answers_of_strangers_do_no_harm()
    {
        byte[][] answers =
        [
            [0xff], [10, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 1], [10, 200, 1, 2], [15], [.. Enumerable.Repeat((byte)0x80, 100)],
            Message(1, Message(1, "x"u8)), Message(2, new byte[3000]), new byte[1 << 20],
        ];
        await using var collector = await Collector.OnLoopback();
        collector.Answer = number => number < 2 * answers.Length ? new(number % 2 == 0 ? 200 : 400, answers[number / 2]) : null;
        _export.To(Target(collector));
        for (var i = 0; i < answers.Length + 1; i++)
            await collector.Next();
        Assert.All(_said.Warnings, line => Assert.InRange(line.Length, 1, 1500));
    }

    [Theory]
    [InlineData("NOISE \e[31mred\r\n\r\n", "it gave no answer in HTTP: ")]
    [InlineData("", "it gave no answer in HTTP: ")]
    public async Task What_answers_without_http_is_said_so_and_its_bytes_are_few_and_without_control_characters(string beginning, string words)
    {
        using var stranger = new TcpListener(IPAddress.Loopback, 0);
        stranger.Start();
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(TestContext.Current.CancellationToken);
        var answering = Task.Run(async () =>
        {
            while (true)
            {
                using var client = await stranger.AcceptTcpClientAsync(stop.Token);
                var stream = client.GetStream();
                _ = await stream.ReadAsync(new byte[64 << 10], stop.Token);
                await stream.WriteAsync(beginning.Length == 0 ? default : Encoding.ASCII.GetBytes(new string('x', 3000).Insert(3, beginning)), stop.Token);
                client.Client.Shutdown(SocketShutdown.Send);
                while (await stream.ReadAsync(new byte[64 << 10], stop.Token) > 0)
                    continue;   // or a reset would overtake the answer
            }
        }, stop.Token);
        _export.To(new(new($"http://{stranger.LocalEndpoint}/v1/metrics")) { FirstAfter = Soon, Patience = Soon, Interval = Soon });
        await _said.Line(words);
        await stop.CancelAsync();
        await answering.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing | ConfigureAwaitOptions.ContinueOnCapturedContext);
        var warning = _said.Warnings[0];
        Assert.InRange(warning.Length, 1, 600);
        Assert.DoesNotContain(warning, char.IsControl);
    }

    [Fact]
    public async Task A_fault_while_figures_are_read_is_said_once_also_after_a_warning_and_the_next_ones_are_sent()
    {
        await using var collector = await Collector.OnLoopback();
        var readings = 0;
        Reading(() => ++readings switch
        {
            1 or 2 => throw new IOException("Too many open files"),
            3 => throw new InvalidOperationException("not\u001b today"),
            4 => throw new OperationCanceledException("by somebody else"),
            _ => 0,
        });
        _export.To(Target(collector) with { Patience = Never });
        Assert.Equal(1, (await collector.Next()).Values["some_total"]);
        await _said.Line("takes the metrics again");
        Assert.Equal(2, _said.Warnings.Length);
        Assert.Contains($"warning CW2051: Metrics cannot be sent to {collector.Url}v1/metrics: the figures cannot be read: Too many open files.", _said.Warnings[0], StringComparison.Ordinal);
        Assert.Contains($"error CW2051: Metrics cannot be sent to {collector.Url}v1/metrics: a fault of Cordwain: not\\u001b today.", _said.Warnings[1], StringComparison.Ordinal);
    }

    [Fact]
    public async Task What_cannot_be_fetched_before_a_reading_keeps_no_figures_back()
    {
        await using var collector = await Collector.OnLoopback();
        var fetched = 0;
        _registry.BeforeReading(() => throw new InvalidOperationException("at once"));
        _registry.BeforeReading(() => Task.FromException(new InvalidOperationException("a little later")));
        _registry.BeforeReading(() => Task.FromResult(++fetched));
        Assert.Contains("some_total 1", await _registry.ToText(), StringComparison.Ordinal);
        _export.To(Target(collector));
        Assert.Equal(1, (await collector.Next()).Values["some_total"]);
        Assert.True(fetched > 1);
    }

    [Fact]
    public async Task The_end_comes_whatever_became_of_the_sending()
    {
        await using var collector = await Collector.OnLoopback();
        _said.Failure = new InvalidOperationException("the log is broken");
        _export.To(Target(collector));
        await collector.Next();
        await _said.Failed.WaitAsync(TimeSpan.FromMinutes(1), TestContext.Current.CancellationToken);
        await _export.DisposeAsync();
    }

    [Fact]
    public async Task A_collector_that_asks_for_a_long_pause_is_told_of_at_once()
    {
        await using var collector = await Collector.OnLoopback();
        collector.Answer = _ => new(429) { Headers = [("Retry-After", "3600")] };
        _export.To(Target(collector) with { Patience = Soon });
        await _said.Line("does not take the metrics: it answered 429, and is asked again in 600 s.");
        Assert.Equal(1, collector.Requests);
    }

    [Fact]
    public async Task The_last_figures_are_sent_at_the_end_and_nothing_after_it()
    {
        await using var collector = await Collector.OnLoopback();
        _export.To(Target(collector) with { Interval = Never });
        await collector.Next();
        await _said.Line("Metrics are sent to");
        _count = 42;
        await _export.DisposeAsync();
        Assert.Equal(42, (await collector.Next()).Values["some_total"]);
        _export.To(Target(collector));
        Assert.Equal(2, collector.Requests);
    }

    [Theory]
    [InlineData("a refusal", 2)]
    [InlineData("a rejection", 2)]
    [InlineData("a fault of ours", 1)]
    public async Task Nothing_is_sent_at_the_end_to_a_collector_that_did_not_take_the_latest_figures(string what, int requests)
    {
        await using var collector = await Collector.OnLoopback();
        collector.Answer = number => number == 0 ? null : what == "a refusal" ? new(401) : new(200, Message(1, [8, 3]));
        var readings = 0;
        Reading(() => ++readings == 2 && what == "a fault of ours" ? throw new InvalidOperationException("no") : 0);
        var clock = new TwoPauses();
        await using var export = new OtlpExport(_registry, _started, clock, _said);
        export.To(Target(collector) with { Interval = Never });
        await clock.Over.WaitAsync(TimeSpan.FromMinutes(1), TestContext.Current.CancellationToken);
        Assert.Single(_said.Warnings);
        await export.DisposeAsync();
        Assert.Equal(requests, collector.Requests);
    }

    [Fact]
    public async Task The_same_place_again_is_no_change_and_nowhere_ends_it()
    {
        await using var first = await Collector.OnLoopback();
        await using var second = await Collector.OnLoopback();
        _export.To(Target(first) with { Interval = Never });
        await first.Next();
        _export.To(Target(first) with { Interval = Never, Compress = true });
        _export.To(null);
        _export.To(Target(second));
        await second.Next();
        Assert.Equal(1, first.Requests);
    }

    /// <summary>A figure whose reading may fail.</summary>
    void Reading(Func<double> read) => _registry.Add([MetricFamily.Gauge("some_gauge", "X.", read)]);

    static OtlpTarget Target(Collector collector) => new(new(collector.Url, "v1/metrics")) { FirstAfter = Soon, Interval = Soon };

    static ulong Nanoseconds(DateTimeOffset time) => (ulong)(time - DateTimeOffset.UnixEpoch).Ticks * 100;

    static byte[] Message(byte field, ReadOnlySpan<byte> bytes)
    {
        using var message = new MemoryStream();
        using var writer = new BinaryWriter(message, Encoding.UTF8);
        writer.Write((byte)(field << 3 | 2));
        writer.Write7BitEncodedInt(bytes.Length);
        writer.Write(bytes);
        return message.ToArray();
    }

    /// <summary>Two pauses are over at once, and the third never.</summary>
    sealed class TwoPauses : TimeProvider
    {
        readonly TaskCompletionSource _over = new(TaskCreationOptions.RunContinuationsAsynchronously);
        int _pauses;

        public Task Over => _over.Task;

        public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period)
        {
            var isOver = ++_pauses <= 2;
            if (!isOver)
                _over.TrySetResult();
            return base.CreateTimer(callback, state, isOver ? TimeSpan.Zero : Timeout.InfiniteTimeSpan, period);
        }
    }

    sealed class Said : ILogger<OtlpExport>
    {
        readonly List<(LogLevel Level, string Text)> _lines = [];
        readonly List<(string Part, TaskCompletionSource Found)> _waiting = [];

        public string[] Warnings
        {
            get
            {
                lock (_lines)
                    return [.. _lines.Where(line => line.Level >= LogLevel.Warning).Select(line => line.Text)];
            }
        }

        readonly TaskCompletionSource _failed = new(TaskCreationOptions.RunContinuationsAsynchronously);

        /// <summary>What the log itself throws.</summary>
        public Exception? Failure { get; set; }

        public Task Failed => _failed.Task;

        public Task Line(string part)
        {
            var found = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
            lock (_lines)
            {
                if (_lines.Exists(line => line.Text.Contains(part, StringComparison.Ordinal)))
                    return Task.CompletedTask;
                _waiting.Add((part, found));
            }

            return found.Task.WaitAsync(TimeSpan.FromMinutes(1));
        }

        public IDisposable? BeginScope<TState>(TState state) where TState : notnull => null;

        public bool IsEnabled(LogLevel logLevel) => true;

        public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter)
        {
            if (Failure is not null)
            {
                _failed.TrySetResult();
                throw Failure;
            }

            var text = formatter(state, exception);
            lock (_lines)
            {
                _lines.Add((logLevel, text));
                foreach (var (_, found) in _waiting.Where(waiting => text.Contains(waiting.Part, StringComparison.Ordinal)))
                    found.TrySetResult();
            }
        }
    }
}
