using System.Text.Json.Serialization;

namespace Cordwain.Server.Api;

/// <summary>A boot in a list.</summary>
public sealed record BootItem(
    long Id, string Machine, string? Uuid, string? Address, string? Firmware, DateTimeOffset Started, DateTimeOffset Last, int Events, long Bytes, string Stage);

/// <summary>A line of a timeline.</summary>
/// <param name="Detail">The reasons of the decision, one a line; empty where there was none.</param>
public sealed record BootLine(long Boot, string Machine, string? Address, DateTimeOffset At, string Kind, string Text, IReadOnlyList<string> Detail);

public sealed record BootDetail(BootItem Boot, IReadOnlyList<BootLine> Lines);

/// <summary>A DHCP exchange as stored, for <c>explain --boot</c>; bytes in hex, times in seconds (-1: for ever).</summary>
public sealed record BootPacket(DateTimeOffset At, string Request, string Reply, string Interface, string Server, int Port, string Source, int SourcePort)
{
    public required string Revision { get; init; }

    public string? Network { get; init; }

    public required string Kind { get; init; }

    public required string Given { get; init; }

    public double Lease { get; init; }

    public double RenewAfter { get; init; }

    public double RebindAfter { get; init; }

    public string? Reason { get; init; }
}

public sealed record LeaseItem(
    string Address, string Client, string? Mac, string? HostName, string? VendorClass, string State, DateTimeOffset Since, DateTimeOffset? Expires, string? Network);

public sealed record ProblemItem(string Code, string Severity, string Message, string? Fix, string? File, int Line, int Column);

public sealed record ReloadResult(bool Changed, string Revision, IReadOnlyList<ProblemItem> Problems);

public sealed record ServerStatus(string Version, string Revision, DateTimeOffset Started, IReadOnlyList<string> Listening, IReadOnlyList<string> Networks);

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
[JsonSerializable(typeof(IReadOnlyList<BootItem>))]
[JsonSerializable(typeof(BootDetail))]
[JsonSerializable(typeof(BootLine))]
[JsonSerializable(typeof(IReadOnlyList<BootPacket>))]
[JsonSerializable(typeof(IReadOnlyList<LeaseItem>))]
[JsonSerializable(typeof(ReloadResult))]
[JsonSerializable(typeof(ServerStatus))]
public sealed partial class ControlJson : JsonSerializerContext;
