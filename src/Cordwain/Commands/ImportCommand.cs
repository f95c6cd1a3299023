using System.CommandLine;
using System.Globalization;
using Cordwain.Boot.Leases;
using Cordwain.Management;
using Cordwain.Management.Import;
using Cordwain.Storage;

namespace Cordwain.Commands;

/// <summary><c>cordwain import</c>: configurations, menus and leases of other programs as ours.</summary>
static class ImportCommand
{
    // No configuration is larger by honest means; leases of a large site are.
    const long LargestFile = 256L << 20;

    public static Command Create()
    {
        var files = new Argument<FileInfo[]>("FILE") { Description = "dhcpd.conf, dnsmasq.conf, pxelinux.cfg/default, a script for iPXE, dhcpd.leases, dnsmasq.leases; several become one configuration.", Arity = ArgumentArity.OneOrMore };
        var type = new Option<string?>("--type", "-t") { Description = "What the files are, where names and contents do not tell.", HelpName = "TYPE" };
        type.AcceptOnlyFromAmong([.. ImportFormats.Names]);
        var data = new Option<DirectoryInfo?>("--data", "-d") { Description = "Write leases into this data folder, while no server runs on it.", HelpName = "DIR" };
        var command = new Command("import", "Take over the configuration of dhcpd, dnsmasq, PXELINUX or iPXE, and leases") { files, type, data };
        command.SetAction(parsed => Import(parsed.GetValue(files)!, parsed.GetValue(type), parsed.GetValue(data)));
        return command;
    }

    static int Import(FileInfo[] files, string? type, DirectoryInfo? data)
    {
        var sources = new List<ImportSource>();
        foreach (var file in files)
        {
            if (Read(file, type) is not { } source)
                return ExitCode.CouldNot;
            sources.Add(source);
        }

        var result = ConfigurationImport.Read(sources);
        Console.Out.Write(result.Yaml);
        foreach (var problem in result.Problems)
            Console.Error.WriteLine(problem);
        var stored = result.Leases.IsEmpty || Store(result.Leases, data, out var failed) || !failed;
        if (!stored)
            return ExitCode.CouldNot;
        return result.IsWhole ? ExitCode.Success : ExitCode.Found;
    }

    static ImportSource? Read(FileInfo file, string? type)
    {
        Problem problem;
        try
        {
            if (file.Exists && file.Length > LargestFile)
                problem = new("CW6001", Severity.Error, $"{file} is larger than {LargestFile >> 20} MB.", "Give the configuration or lease file itself.");
            else
            {
                var text = File.ReadAllText(file.FullName);
                var format = type is not null && ImportFormats.TryParse(type, out var given) ? given : ImportFormats.Detect(file.FullName, text);
                if (format is { } known)
                    return new(known, file.ToString(), text);
                problem = new("CW6001", Severity.Error, $"Neither name nor content of {file} tell what it is.", $"Say it with --type: {string.Join(", ", ImportFormats.Names)}.");
            }
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            problem = new("CW6001", Severity.Error, $"{file} cannot be read: {e.Message}", "Correct the path or the rights.");
        }

        Console.Error.WriteLine(problem);
        return null;
    }

    /// <summary>Addresses that the store knows already stay as they are: they are newer than any file.</summary>
    static bool Store(IReadOnlyList<LeaseBinding> leases, DirectoryInfo? data, out bool failed)
    {
        failed = false;
        if (data is null)
        {
            Console.Error.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{leases.Count} leases are read; give --data DIR to write them into the data folder of a server that is stopped."));
            return false;
        }

        try
        {
            using var folder = DataFolder.Open(data.FullName);
            using var store = folder.OpenLeases(problem => Console.Error.WriteLine(problem));
            var known = store.Load().Select(binding => binding.Address).ToHashSet();
            LeaseChange[] changes = [.. leases.Where(lease => !known.Contains(lease.Address)).Select(lease => new LeaseChange(lease.Address, lease))];
            foreach (var batch in changes.Chunk(1000))
                store.Commit(batch);
            Console.Error.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{changes.Length} of {leases.Count} leases are written to {folder.Path}{(changes.Length < leases.Count ? "; the others have an address that stands there already" : "")}."));
            return true;
        }
        catch (Exception e) when (e is IOException or StorageException)
        {
            failed = true;
            Console.Error.WriteLine(e is StorageException storage ? storage.Problem.ToString() : e.Message);
            return false;
        }
    }
}
