using System.Globalization;
using Cordwain.Bench;

// bench/micro [PART OF A NAME [BATCHES]]: what the pure part of one packet costs, and a million leases.
CultureInfo.CurrentCulture = CultureInfo.InvariantCulture;
var wanted = args is [var part, ..] ? part : "";
Console.WriteLine("| | ns | bytes allocated |");
Console.WriteLine("|---|---:|---:|");
foreach (var measured in DhcpCases.All.Where(measured => measured.Name.Contains(wanted, StringComparison.OrdinalIgnoreCase)))
{
    var result = BenchRun.Of(measured, args is [_, var batches] ? int.Parse(batches, CultureInfo.InvariantCulture) : BenchRun.Batches);
    Console.WriteLine($"| {result.Name} | {result.Nanoseconds:0} | {result.Bytes:0} |");
}

if (wanted.Length == 0 || wanted == "leases")
    Console.WriteLine($"\n{LeaseLoad.Run()}");
