using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace Cordwain.Content.Mirrors;

/// <summary>What the cache knows of one URL; a small file of its own, so that a crash costs at most the last change of one.</summary>
sealed record MirrorRecord
{
    public required string Url { get; init; }

    /// <summary>The checksum the operator gave: part of the identity.</summary>
    public string? Expected { get; init; }

    public MirrorStored? Stored { get; init; }

    public MirrorPart? Part { get; init; }
}

/// <summary>A complete copy.</summary>
/// <param name="Sha256">Of its bytes, and its name in the cache.</param>
sealed record MirrorStored(string Sha256, long Length, string? ETag, DateTimeOffset? LastModified, DateTimeOffset CheckedAt, DateTimeOffset UsedAt)
{
    [JsonIgnore]
    public MirrorVersion Version => new(ETag, LastModified);
}

/// <summary>The beginning of a file whose rest has not come.</summary>
/// <param name="Received">Bytes that are safely on the disk.</param>
sealed record MirrorPart(long Received, long? Length, string? ETag, DateTimeOffset? LastModified)
{
    [JsonIgnore]
    public MirrorVersion Version => new(ETag, LastModified);
}

/// <summary>The cache's folder: complete files by their checksum, parts and records by URL. All names are made here, none comes from outside.</summary>
sealed class MirrorIndex(string folder)
{
    readonly string _files = Path.Join(folder, "files"), _parts = Path.Join(folder, "parts"), _records = Path.Join(folder, "index");

    public static string KeyOf(string url, string? expected) =>
        Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(url + "\n" + expected)));

    public string FilePath(string sha256) => Path.Join(_files, sha256);

    public string PartPath(string key) => Path.Join(_parts, key);

    /// <summary>Reads all records, and removes what no record speaks of: the leavings of a crash.</summary>
    public IReadOnlyList<MirrorRecord> Load()
    {
        Directory.CreateDirectory(_files);
        Directory.CreateDirectory(_parts);
        Directory.CreateDirectory(_records);

        var records = new List<MirrorRecord>();
        foreach (var path in Directory.EnumerateFiles(_records))
        {
            if (Read(path) is { } record)
                records.Add(record);
            else
                File.Delete(path);
        }

        var files = records.Select(record => record.Stored?.Sha256).ToHashSet();
        foreach (var path in Directory.EnumerateFiles(_files).Where(path => !files.Contains(Path.GetFileName(path))))
            File.Delete(path);
        var parts = records.Where(record => record.Part is not null).Select(record => KeyOf(record.Url, record.Expected)).ToHashSet();
        foreach (var path in Directory.EnumerateFiles(_parts).Where(path => !parts.Contains(Path.GetFileName(path))))
            File.Delete(path);
        return records;
    }

    public void Save(MirrorRecord record)
    {
        var path = RecordPath(record);
        if (record.Stored is null && record.Part is null)
        {
            File.Delete(path);
            return;
        }

        using (var file = new FileStream(path + ".new", FileMode.Create))
        {
            JsonSerializer.Serialize(file, record, MirrorJson.Default.MirrorRecord);
            file.Flush(flushToDisk: true);
        }

        File.Move(path + ".new", path, overwrite: true);
    }

    string RecordPath(MirrorRecord record) => Path.Join(_records, KeyOf(record.Url, record.Expected) + ".json");

    MirrorRecord? Read(string path)
    {
        try
        {
            var record = JsonSerializer.Deserialize(File.ReadAllBytes(path), MirrorJson.Default.MirrorRecord);
            if (!Uri.TryCreate(record?.Url, UriKind.Absolute, out _) || RecordPath(record!) != path)
                return null;

            if (record!.Stored is { } stored && !(IsHash(stored.Sha256) && LengthOf(FilePath(stored.Sha256)) == stored.Length))
                record = record with { Stored = null };
            if (record.Part is { } part && LengthOf(PartPath(KeyOf(record.Url, record.Expected))) < part.Received)
                record = record with { Part = null };
            return record.Stored is null && record.Part is null ? null : record;
        }
        catch (Exception e) when (e is JsonException or NotSupportedException)
        {
            return null;
        }
    }

    static bool IsHash(string text) => text is { Length: 64 } && text.All(char.IsAsciiHexDigitLower);

    static long LengthOf(string path) => File.Exists(path) ? new FileInfo(path).Length : -1;
}

[JsonSerializable(typeof(MirrorRecord))]
sealed partial class MirrorJson : JsonSerializerContext;
