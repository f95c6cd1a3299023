using System.Globalization;
using System.Text;
using Cordwain.Bench;

// [--write FILE] [PART OF A NAME [BATCHES]]: what the pure part of one packet costs, and a million leases.
CultureInfo.CurrentCulture = CultureInfo.InvariantCulture;
var file = args is ["--write", var named, ..] ? named : null;
var rest = file is null ? args : args[2..];
var wanted = rest is [var part, ..] ? part : "";
var batches = rest is [_, var count] ? int.Parse(count, CultureInfo.InvariantCulture) : BenchRun.Batches;

var report = new StringBuilder();
Say("| | ns | bytes allocated |");
Say("|---|---:|---:|");
foreach (var measured in DhcpCases.All.Where(measured => measured.Name.Contains(wanted, StringComparison.OrdinalIgnoreCase)))
{
    var result = BenchRun.Of(measured, batches);
    Say($"| {result.Name} | {result.Nanoseconds:0} | {result.Bytes:0} |");
}

if (wanted.Length == 0)
    Say($"\n{MillionLeases.Run()}");
if (file is not null)
    Figures.Write(file, report.ToString());

void Say(string line)
{
    Console.WriteLine(line);
    report.AppendLine(line);
}
