using System.Buffers;
using System.Text;
using Cordwain.Server.HttpBoot.Plain;
using Microsoft.AspNetCore.Server.Kestrel.Core.Internal.Http;

namespace Cordwain.Fuzz.Targets;

/// <summary>Whatever the strict grammar takes for a plain request, the web server's own parser must read in the same way: method, target, version, length and every field.</summary>
public sealed class PlainRequestTarget : IFuzzTarget
{
    static readonly (PlainFields Field, string Name)[] Values =
    [
        (PlainFields.Range, "Range"), (PlainFields.IfRange, "If-Range"), (PlainFields.IfNoneMatch, "If-None-Match"),
        (PlainFields.IfModifiedSince, "If-Modified-Since"), (PlainFields.UserAgent, "User-Agent"),
    ];

    public string Name => "plain-request";

    public IReadOnlyList<string> Corpora => ["Cordwain.Fuzz/corpus/plain-request"];

    public IReadOnlyList<byte[]> Words => FuzzWords.Of(
        "GET /", "HEAD /", " HTTP/1.1\r\n", " HTTP/1.0\r\n", "\r\n", "\r\n\r\n", "\n", "\r", ": ", ":", " ", "\t", "%2f", "%00", "?", "#", "Host: x\r\n", "Range: bytes=0-1\r\n",
        "Connection: close\r\n", "Connection: keep-alive\r\n", "Content-Length: 5\r\n", "Transfer-Encoding: chunked\r\n", "Accept: */*\r\n", "If-Range: ", "http://x/");

    public int LongestInput => 5000;

    public int Run(ReadOnlySpan<byte> input)
    {
        var verdict = PlainRequest.Read(input, out var plain);
        if (verdict != PlainVerdict.Plain)
            return (int)verdict;

        Require(plain.Length > 0 && plain.Length <= input.Length && plain.Length <= PlainRequest.MaxLength, "a head lies within the input");
        var reader = new SequenceReader<byte>(new ReadOnlySequence<byte>(input[..plain.Length].ToArray()));
        var other = new WebServer();
        var parser = new HttpParser<WebServer>();
        Require(parser.ParseRequestLine(other, ref reader), "the web server sees a whole line");
        Require(parser.ParseHeaders(other, ref reader) && reader.End, "the web server sees the head end where we do");

        Require(other.IsHead == plain.IsHead && other.IsOld == plain.IsOld, "method and version are the same");
        Require(other.Target == Text(input, plain.Target), "the target is the same");
        foreach (var (field, name) in Values)
        {
            var ours = !plain.Has(field) ? null : Text(input, field switch
            {
                PlainFields.Range => plain.ByteRange,
                PlainFields.IfRange => plain.IfRange,
                PlainFields.IfNoneMatch => plain.IfNoneMatch,
                PlainFields.IfModifiedSince => plain.IfModifiedSince,
                _ => plain.UserAgent,
            });
            Require(ours == other.Fields.GetValueOrDefault(name), $"{name} is the same");
        }

        Require(!other.Fields.ContainsKey("Content-Length") && !other.Fields.ContainsKey("Transfer-Encoding"), "no body follows");
        Require(other.Fields.ContainsKey("Host") || plain.IsOld, "HTTP/1.1 has a host");
        var closes = other.Fields.GetValueOrDefault("Connection") is { } connection ? connection.Equals("close", StringComparison.OrdinalIgnoreCase) : plain.IsOld;
        Require(closes == !plain.KeepsAlive, "the connection stays open for both or none");
        return HashCode.Combine(verdict, plain.IsHead, plain.IsOld, other.Fields.Count);
    }

    static string Text(ReadOnlySpan<byte> input, Range part) => Encoding.Latin1.GetString(input[part]);

    static void Require(bool holds, string rule)
    {
        if (!holds)
            throw new InvalidOperationException($"Broken: {rule}.");
    }

    /// <summary>What the web server's parser reports.</summary>
    sealed class WebServer : IHttpRequestLineHandler, IHttpHeadersHandler
    {
        public bool IsHead { get; private set; }

        public bool IsOld { get; private set; }

        public string Target { get; private set; } = "";

        public Dictionary<string, string> Fields { get; } = new(StringComparer.OrdinalIgnoreCase);

        public void OnStartLine(HttpVersionAndMethod versionAndMethod, TargetOffsetPathLength targetPath, Span<byte> startLine)
        {
            IsHead = versionAndMethod.Method == Microsoft.AspNetCore.Server.Kestrel.Core.Internal.Http.HttpMethod.Head;
            Require(IsHead || versionAndMethod.Method == Microsoft.AspNetCore.Server.Kestrel.Core.Internal.Http.HttpMethod.Get, "the method is GET or HEAD");
            IsOld = versionAndMethod.Version == Microsoft.AspNetCore.Server.Kestrel.Core.Internal.Http.HttpVersion.Http10;
            Target = Encoding.Latin1.GetString(startLine[targetPath.Offset..]);
        }

        public void OnHeader(ReadOnlySpan<byte> name, ReadOnlySpan<byte> value) =>
            Require(Fields.TryAdd(Encoding.Latin1.GetString(name), Encoding.Latin1.GetString(value)), "no field comes twice");

        public void OnHeadersComplete(bool endStream)
        {
        }

        public void OnStaticIndexedHeader(int index) => throw new NotSupportedException();

        public void OnStaticIndexedHeader(int index, ReadOnlySpan<byte> value) => throw new NotSupportedException();
    }
}
