using System.Globalization;
using System.Text;

namespace Cordwain.Tests.Metrics;

/// <summary>An ExportMetricsServiceRequest, read field by field as opentelemetry-proto has it. A field that does not belong there, or comes twice, fails.</summary>
sealed record OtlpReading
{
    public Dictionary<string, string> Resource { get; } = [];

    public string Scope { get; private set; } = "";

    public List<OtlpMetric> Metrics { get; } = [];

    public string Method { get; init; } = "";

    public string Path { get; init; } = "";

    public IReadOnlyDictionary<string, string> Headers { get; init; } = new Dictionary<string, string>();

    /// <summary>Every figure under the name that it has in Prometheus's text.</summary>
    public Dictionary<string, double> Values
    {
        get
        {
            var values = new Dictionary<string, double>(StringComparer.Ordinal);
            foreach (var (metric, point) in Metrics.SelectMany(metric => metric.Points.Select(point => (metric, point))))
                point.Into(values, metric.Name);
            return values;
        }
    }

    public OtlpMetric this[string name] => Metrics.Single(metric => metric.Name == name);

    public static OtlpReading Of(byte[] request)
    {
        var reading = new OtlpReading();
        var metrics = ProtobufFields.Of(request).Only(1).One(1);   // resource_metrics
        foreach (var attribute in metrics.Only(1, 2).One(1).Only(1).All(1))
            Attribute(attribute, reading.Resource);
        var scope = metrics.One(2).Only(1, 2);
        reading.Scope = scope.One(1).Only(1).Text(1);
        reading.Metrics.AddRange(scope.All(2).Select(OtlpMetric.Of));
        return reading;
    }

    internal static void Attribute(ProtobufFields attribute, Dictionary<string, string> into) =>
        into.Add(attribute.Only(1, 2).Text(1), attribute.One(2).Only(1).Text(1));
}

/// <param name="Unit">Empty: none.</param>
/// <param name="Kind">The field of its data: 5 gauge, 7 sum, 9 histogram.</param>
sealed record OtlpMetric(string Name, string Help, string Unit, int Kind, IReadOnlyList<OtlpPoint> Points)
{
    public static OtlpMetric Of(ProtobufFields metric)
    {
        metric.Only(1, 2, 3, 5, 7, 9);
        var kind = Assert.Single(new[] { 5, 7, 9 }, metric.Has);
        var data = metric.One(kind).Only(kind switch { 5 => [1], 7 => [1, 2, 3], _ => [1, 2] });
        if (kind != 5)
            Assert.Equal(2u, data.Number(2));   // cumulative
        if (kind == 7)
            Assert.Equal(1u, data.Number(3));   // monotonic
        return new(metric.Text(1), metric.Text(2), metric.Has(3) ? metric.Text(3) : "", kind, [.. data.All(1).Select(point => OtlpPoint.Of(point, kind))]);
    }
}

/// <param name="Started">In nanoseconds since 1970; 0 for gauges.</param>
sealed record OtlpPoint(ulong Started, ulong At, double Value, Dictionary<string, string> Labels)
{
    public double[] Bounds { get; init; } = [];

    public ulong[] Buckets { get; init; } = [];

    public ulong Count { get; init; }

    public static OtlpPoint Of(ProtobufFields point, int kind)
    {
        var labels = new Dictionary<string, string>();
        point.Only(kind switch { 5 => [3, 4, 7], 7 => [2, 3, 4, 7], _ => [2, 3, 4, 5, 6, 7, 9] });
        foreach (var label in point.All(kind == 9 ? 9 : 7))
            OtlpReading.Attribute(label, labels);
        var started = kind == 5 ? 0 : point.Number(2);
        return kind != 9
            ? new(started, point.Number(3), BitConverter.UInt64BitsToDouble(point.Number(4)), labels)
            : new(started, point.Number(3), BitConverter.UInt64BitsToDouble(point.Number(5)), labels)
            {
                Count = point.Number(4),
                Buckets = point.Packed(6),
                Bounds = [.. point.Packed(7).Select(BitConverter.UInt64BitsToDouble)],
            };
    }

    public void Into(Dictionary<string, double> values, string name)
    {
        if (Buckets.Length == 0)
        {
            values.Add(name + Text(), Value);
            return;
        }

        Assert.Equal(Bounds.Length + 1, Buckets.Length);
        Assert.Equal(Count, Buckets.Aggregate(0ul, (sum, count) => sum + count));
        ulong below = 0;
        for (var i = 0; i < Buckets.Length; i++)
            values.Add(name + "_bucket" + Text(i < Bounds.Length ? Bounds[i].ToString("R", CultureInfo.InvariantCulture) : "+Inf"), below += Buckets[i]);
        values.Add(name + "_sum" + Text(), Value);
        values.Add(name + "_count" + Text(), Count);
    }

    string Text(string? bound = null)
    {
        var labels = Labels.Select(label => $"{label.Key}=\"{label.Value.Replace("\"", "\\\"", StringComparison.Ordinal)}\"").Concat(bound is null ? [] : [$"le=\"{bound}\""]).ToArray();
        return labels.Length == 0 ? "" : "{" + string.Join(',', labels) + "}";
    }
}

/// <summary>The fields of one protobuf message (protobuf.dev/programming-guides/encoding).</summary>
sealed class ProtobufFields
{
    readonly List<(int Field, ulong Number, byte[]? Bytes)> _fields = [];

    public static ProtobufFields Of(byte[] message)
    {
        var fields = new ProtobufFields();
        using var reader = new BinaryReader(new MemoryStream(message));
        while (reader.BaseStream.Position < message.Length)
        {
            var tag = reader.Read7BitEncodedInt();
            var (field, type) = (tag >> 3, tag & 7);
            switch (type)
            {
                case 0:
                    fields._fields.Add((field, (ulong)reader.Read7BitEncodedInt64(), null));
                    break;
                case 1:
                    fields._fields.Add((field, reader.ReadUInt64(), null));
                    break;
                default:
                    Assert.Equal(2, type);
                    var length = reader.Read7BitEncodedInt();
                    var bytes = reader.ReadBytes(length);
                    Assert.Equal(length, bytes.Length);
                    fields._fields.Add((field, 0, bytes));
                    break;
            }
        }

        return fields;
    }

    public ProtobufFields Only(params int[] known)
    {
        Assert.Empty(_fields.Select(field => field.Field).Except(known));
        return this;
    }

    public bool Has(int field) => _fields.Exists(found => found.Field == field);

    public ulong Number(int field) => _fields.Single(found => found.Field == field && found.Bytes is null).Number;

    public string Text(int field) => new UTF8Encoding(false, throwOnInvalidBytes: true).GetString(Bytes(field));

    public ulong[] Packed(int field)
    {
        var bytes = Bytes(field);
        Assert.Equal(0, bytes.Length % 8);
        return [.. bytes.Chunk(8).Select(chunk => BitConverter.ToUInt64(chunk))];
    }

    public ProtobufFields One(int field) => Of(Bytes(field));

    public IEnumerable<ProtobufFields> All(int field) => _fields.Where(found => found.Field == field).Select(found => Of(found.Bytes!));

    byte[] Bytes(int field) => _fields.Single(found => found.Field == field).Bytes!;
}
