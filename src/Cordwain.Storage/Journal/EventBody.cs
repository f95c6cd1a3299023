using System.Text.Json.Serialization;

namespace Cordwain.Storage.Journal;

/// <summary>What of an event is text, for the column <c>body</c>. Names are on the disk: add, never rename. Absent: null or default.</summary>
sealed record EventBody
{
    public string? Mac { get; init; }
    public Guid? Uuid { get; init; }
    public string? Serial { get; init; }
    public string? Address { get; init; }

    // Dhcp
    public string? Channel { get; init; }
    public string? Summary { get; init; }
    public StepBody[]? Trace { get; init; }
    public string? Interface { get; init; }
    public string? Server { get; init; }
    public string? Given { get; init; }
    public long Lease { get; init; }
    public int Port { get; init; }
    public string? Revision { get; init; }
    public string? Peer { get; init; }
    public int PeerPort { get; init; }
    public string? Network { get; init; }
    public byte Reply { get; init; }
    public long RenewAfter { get; init; }
    public long RebindAfter { get; init; }
    public string? NakReason { get; init; }
    public bool IsBoot { get; init; }
    public ushort? Architecture { get; init; }
    public bool IsIpxe { get; init; }

    // Read
    public string? Name { get; init; }
    public string? Source { get; init; }
    public byte Outcome { get; init; }
    public long Bytes { get; init; }
    public long Duration { get; init; }
    public string? Reason { get; init; }

    // Read and Note
    public string? Text { get; init; }
}

/// <summary>A step of a trace: rule, whether it decided, because.</summary>
sealed record StepBody(string R, bool D, string B);

[JsonSourceGenerationOptions(
    DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingDefault, PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase)]
[JsonSerializable(typeof(EventBody))]
sealed partial class EventBodyJson : JsonSerializerContext;
