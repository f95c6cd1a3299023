using System.Globalization;
using System.Runtime.CompilerServices;

namespace Cordwain.Fuzz;

static class Program
{
    const int DefaultSeconds = 60;

    static int Main(string[] args)
    {
        var targets = typeof(Program).Assembly.GetTypes()
            .Where(type => type is { IsClass: true, IsAbstract: false } && type.IsAssignableTo(typeof(IFuzzTarget)))
            .Select(type => (IFuzzTarget)Activator.CreateInstance(type)!)
            .OrderBy(target => target.Name, StringComparer.Ordinal)
            .ToList();

        var (name, corpus, seconds, seed) = ("", "", DefaultSeconds, 1);
        for (var i = 0; i < args.Length; i++)
        {
            switch (args[i])
            {
                case "--seconds" when i + 1 < args.Length && int.TryParse(args[i + 1], NumberStyles.None, CultureInfo.InvariantCulture, out seconds):
                case "--seed" when i + 1 < args.Length && int.TryParse(args[i + 1], NumberStyles.None, CultureInfo.InvariantCulture, out seed):
                    i++;
                    break;
                case "--attack" when i + 1 < args.Length && System.Net.IPAddress.TryParse(args[i + 1], out var server):
                    return Attack.Run(server, TimeSpan.FromSeconds(seconds), seed, Datagrams(targets));
                case "--list":
                    targets.ForEach(target => Console.WriteLine(target.Name));
                    return 0;
                case var option when option.StartsWith('-'):
                    return Usage(targets);
                case var word when name.Length == 0:
                    name = word;
                    break;
                case var word:
                    corpus = word;
                    break;
            }
        }

        var chosen = targets.FindAll(target => name == "all" || target.Name == name);
        if (chosen.Count == 0)
            return Usage(targets);

        var failed = 0;
        foreach (var target in chosen)
            failed |= new FuzzRun(target, seed, Console.Out).Run(FilesOf(target, corpus), TimeSpan.FromSeconds(seconds));
        return failed;
    }

    static IEnumerable<string> FilesOf(IFuzzTarget target, string corpus)
    {
        if (File.Exists(corpus))
            return [corpus];
        var folders = corpus.Length > 0 ? [corpus] : target.Corpora.Select(folder => Path.Combine(TestsFolder(), folder));
        return folders.Where(Directory.Exists)
            .SelectMany(folder => Directory.EnumerateFiles(folder, "*", SearchOption.AllDirectories))
            .Order(StringComparer.Ordinal);
    }

    /// <summary>What an attack begins with: DHCP messages for both its ports, TFTP requests for theirs.</summary>
    static List<(byte[] Input, int[] Ports)> Datagrams(List<IFuzzTarget> targets)
    {
        List<(byte[], int[])> all = [];
        foreach (var (name, ports) in new[] { ("dhcp4-message", new[] { 67, 67, 67, 4011 }), ("tftp-request", [69]) })
        {
            var target = targets.Single(target => target.Name == name);
            all.AddRange(FilesOf(target, "").SelectMany(target.Read).Select(input => (input, ports)));
        }

        return all;
    }

    static int Usage(List<IFuzzTarget> targets)
    {
        Console.Error.WriteLine("Cordwain.Fuzz TARGET|all [--seconds N] [--seed S] [corpus folder or file]; --list: the targets by name");
        foreach (var target in targets)
            Console.Error.WriteLine($"  {target.Name}");
        return 2;
    }

    static string TestsFolder([CallerFilePath] string caller = "") => Path.GetFullPath(Path.Combine(Path.GetDirectoryName(caller)!, ".."));
}
