using System.Globalization;
using Cordwain.Management.Stores;

namespace Cordwain.Storage;

/// <summary>A clock record in a small text file: one line a value, replaced whole.</summary>
public sealed class ClockFile(string path) : IClockStore
{
    public ClockRecord? Load()
    {
        try
        {
            return File.ReadAllLines(path) is [var boot, var origin, var lead, var last]
                && DateTimeOffset.TryParseExact(origin, "O", CultureInfo.InvariantCulture, DateTimeStyles.None, out var begun)
                && TimeSpan.TryParseExact(lead, "c", CultureInfo.InvariantCulture, out var ahead)
                && DateTimeOffset.TryParseExact(last, "O", CultureInfo.InvariantCulture, DateTimeStyles.None, out var seen)
                ? new(boot, begun, ahead, seen) : null;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return null;
        }
    }

    public void Save(ClockRecord record)
    {
        var fresh = path + ".new";
        string[] lines =
        [
            record.Boot, record.Origin.ToString("O", CultureInfo.InvariantCulture), record.Lead.ToString("c", CultureInfo.InvariantCulture),
            record.Last.ToString("O", CultureInfo.InvariantCulture),
        ];
        try
        {
            using (var file = new FileStream(fresh, FileMode.Create, FileAccess.Write))
            {
                file.Write(System.Text.Encoding.UTF8.GetBytes(string.Join('\n', lines) + "\n"));
                file.Flush(flushToDisk: true);
            }

            File.Move(fresh, path, overwrite: true);
        }
        catch (UnauthorizedAccessException e)
        {
            throw new IOException(e.Message, e);
        }
    }
}
