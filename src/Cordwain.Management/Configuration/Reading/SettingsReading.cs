using System.Collections.Immutable;
using Cordwain.Management.Configuration.Keys;
using Cordwain.Management.Configuration.Syntax;

namespace Cordwain.Management.Configuration.Reading;

/// <summary>Reads what belongs to the server: ports, folders, bounds.</summary>
static class SettingsReading
{
    public static ServerSettings Read(ObjectReader root, ReadScope scope)
    {
        var http = Open(root, RootKeys.Http, SettingsKeys.Http, scope);
        var tftp = Open(root, RootKeys.Tftp, SettingsKeys.Tftp, scope);
        var dhcp = Open(root, RootKeys.Dhcp, SettingsKeys.Dhcp, scope);
        var limits = Open(root, RootKeys.Limits, SettingsKeys.Limits, scope);
        var metrics = Open(root, RootKeys.Metrics, SettingsKeys.Metrics, scope);
        var plain = new ServerSettings();
        var settings = new ServerSettings
        {
            HttpPort = http.Or(SettingsKeys.HttpPort, plain.HttpPort),
            HttpEnabled = http.Or(SettingsKeys.HttpEnabled, true),
            TftpPort = tftp.Or(SettingsKeys.TftpPort, plain.TftpPort),
            TftpEnabled = tftp.Or(SettingsKeys.TftpEnabled, true),
            TftpSinglePort = tftp.Or(SettingsKeys.TftpSinglePort, false),
            TftpRollOver = tftp.Or(SettingsKeys.TftpRollOver, 0),
            TftpMaxBlockSize = tftp.Or(SettingsKeys.TftpMaxBlockSize, plain.TftpMaxBlockSize),
            DhcpPort = dhcp.Or(SettingsKeys.DhcpPort, plain.DhcpPort),
            ProxyPort = dhcp.Or(SettingsKeys.ProxyPort, plain.ProxyPort),
            Interfaces = Values(dhcp.Or(SettingsKeys.Interfaces, [])),
            VendorClasses = Values(dhcp.Or(SettingsKeys.VendorClasses, [])),
            FilesFolder = root.OrNull(RootKeys.Files),
            DataFolder = root.OrNull(RootKeys.Data),
            LoaderFolders = Values(root.Or(RootKeys.Loaders, [])),
            JournalSize = Open(root, RootKeys.Journal, SettingsKeys.Journal, scope).Or(SettingsKeys.JournalSize, plain.JournalSize),
            CacheSize = Open(root, RootKeys.Cache, SettingsKeys.Cache, scope).Or(SettingsKeys.CacheSize, plain.CacheSize),
            TftpTransfers = limits.Or(SettingsKeys.TftpTransfers, plain.TftpTransfers),
            TftpPerAddress = limits.Or(SettingsKeys.TftpPerAddress, plain.TftpPerAddress),
            TftpRequestsPerAddress = limits.Or(SettingsKeys.TftpRequestsPerAddress, plain.TftpRequestsPerAddress),
            HttpConnections = limits.Or(SettingsKeys.HttpConnections, plain.HttpConnections),
            HttpPerAddress = limits.Or(SettingsKeys.HttpPerAddress, plain.HttpPerAddress),
            MetricsEnabled = metrics.Or(SettingsKeys.MetricsEnabled, true),
            MetricsAllow = [.. metrics.Or(SettingsKeys.MetricsAllow, []).Select(network => network.Value).Distinct()],
            Otlp = metrics.OrNull(SettingsKeys.Otlp),
            OtlpInterval = metrics.OrNone(SettingsKeys.OtlpInterval),
            LogDetail = Open(root, RootKeys.Log, SettingsKeys.Log, scope).Or(SettingsKeys.LogLevel, LogDetail.Info),
        };

        CheckPorts(settings, dhcp, tftp, scope);
        CheckFolders(settings, root, scope);
        if (settings.Otlp is { Port: CollectorUrl.GrpcPort } collector)
            scope.Problems.Warning("CW4073", metrics.PlaceOf(SettingsKeys.Otlp), $"{metrics.PathOf(SettingsKeys.Otlp)}: collectors listen for gRPC on port {CollectorUrl.GrpcPort}, and this is sent by HTTP.", $"Write {CollectorUrl.OnHttpPort(collector)} unless yours is set up otherwise.");
        if (!settings.HttpEnabled && !settings.TftpEnabled)
            scope.Problems.Error("CW4072", http.PlaceOf(SettingsKeys.HttpEnabled), "HTTP and TFTP are both off: no file could reach a machine.", "Leave one of them on.");
        return settings;
    }

    static ObjectReader Open(ObjectReader root, ConfigKey<ConfigNode> key, ConfigObject @object, ReadScope scope) =>
        (root.NodeOf(key) is { } node ? ObjectReader.Open(node, @object, root.PathOf(key), scope) : null)
        ?? ObjectReader.Open(new ConfigNode.Mapping(root.Place, []), @object, root.PathOf(key), scope)!;

    static ImmutableArray<string> Values(ImmutableArray<Placed<string>> values) => [.. values.Select(value => value.Value).Distinct()];

    // UDP ports; boot HTTP is TCP and cannot meet them.
    static void CheckPorts(ServerSettings settings, ObjectReader dhcp, ObjectReader tftp, ReadScope scope)
    {
        var taken = new List<(int Port, string Path)>();
        Claim(settings.DhcpPort, dhcp, SettingsKeys.DhcpPort);
        Claim(settings.ProxyPort, dhcp, SettingsKeys.ProxyPort);
        if (settings.TftpEnabled)
            Claim(settings.TftpPort, tftp, SettingsKeys.TftpPort);

        void Claim(int port, ObjectReader reader, ConfigKey<int> key)
        {
            var path = reader.PathOf(key);
            if (taken.Find(other => other.Port == port) is { Path: not null } owner)
                scope.Problems.Error("CW4070", reader.Has(key) ? reader.PlaceOf(key) : dhcp.Place, $"{path}: UDP port {port} is that of {owner.Path} already.", "Give each its own port.");
            taken.Add((port, path));
        }
    }

    static void CheckFolders(ServerSettings settings, ObjectReader root, ReadScope scope)
    {
        if (settings.FilesFolder is { } files && !scope.Inputs.FolderExists(files))
            scope.Problems.Warning("CW4071", root.PlaceOf(RootKeys.Files), $"{root.PathOf(RootKeys.Files)}: the folder {files} does not exist.", "Create it, or correct the path; until then only generated files and loaders are served.");
        foreach (var (folder, place) in root.Or(RootKeys.Loaders, []))
        {
            if (!scope.Inputs.FolderExists(folder))
                scope.Problems.Warning("CW4071", place, $"{root.PathOf(RootKeys.Loaders)}: the folder {folder} does not exist.", "Create it, or correct the path.");
        }
    }
}
