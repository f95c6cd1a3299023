using Cordwain.Management.Configuration;
using Microsoft.Extensions.Time.Testing;

namespace Cordwain.Management.Tests.Configuration;

public sealed class WatcherTests : IDisposable
{
    readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("cw-watch-");
    readonly FakeTimeProvider _time = new();
    readonly List<ReloadReport> _reports = [];
    readonly BootCatalogs _catalogs;
    readonly ConfigurationWatcher _watcher;
    ConfigurationInputs _inputs = Reading.Inputs;
    Exception? _fault, _faultOfTaker;
    int _saves;

    public WatcherTests()
    {
        Save("menu: { title: first }");
        var first = ConfigurationLoader.Load(File, _inputs);
        _catalogs = new(first.Catalog!);
        _watcher = new(File, () => _fault is null ? _inputs : throw _fault, _catalogs, first.Settings!, _time, Take);
    }

    string File => Path.Combine(_folder.FullName, "cordwain.yaml");

    string Title => _catalogs.Current.Menu.Title;

    public void Dispose()
    {
        _watcher.Dispose();
        _folder.Delete(true);
    }

    [Fact]
    public void A_changed_file_is_in_force_two_looks_later()
    {
        Save("menu: { title: second }");
        Pass(2);
        Assert.Equal("second", Title);
        Assert.True(Assert.Single(_reports).TookEffect);
        Assert.Equal(_catalogs.Current.Revision, _reports[0].Revision);
    }

    [Fact]
    public void A_file_that_is_still_being_written_is_not_read()
    {
        Save("menu: { title: sec");
        Pass(1);
        Save("menu: { title: second }");
        Pass(1);
        Assert.Empty(_reports);
        Pass(1);
        Assert.Equal("second", Title);
    }

    [Fact]
    public void A_wrong_file_changes_nothing_and_is_reported_once()
    {
        Save("menu: { tittle: second }");
        Pass(10);
        Assert.Equal("first", Title);
        var report = Assert.Single(_reports);
        Assert.False(report.TookEffect);
        Assert.Equal("CW4007", Assert.Single(report.Problems).Code);
        Assert.Same(report, _watcher.Last);
    }

    [Fact]
    public void A_mended_file_is_in_force_again()
    {
        Save("menu: [");
        Pass(2);
        Save("menu: { title: third }");
        Pass(2);
        Assert.Equal("third", Title);
        Assert.Equal([false, true], _reports.Select(report => report.TookEffect));
    }

    [Fact]
    public void A_file_that_is_replaced_by_renaming_is_read()
    {
        var temporary = File + ".swp";
        System.IO.File.WriteAllText(temporary, "menu: { title: renamed }");
        System.IO.File.SetLastWriteTimeUtc(temporary, _time.GetUtcNow().UtcDateTime.AddSeconds(77));
        System.IO.File.Move(temporary, File, overwrite: true);
        Pass(2);
        Assert.Equal("renamed", Title);
    }

    [Fact]
    public void A_file_that_vanishes_changes_nothing_and_is_reported_once()
    {
        System.IO.File.Delete(File);
        Pass(10);
        Assert.Equal("first", Title);
        Assert.Equal("CW4095", Assert.Single(Assert.Single(_reports).Problems).Code);
    }

    [Fact]
    public void A_short_gap_while_an_editor_saves_is_not_reported()
    {
        System.IO.File.Delete(File);
        Pass(1);
        Save("menu: { title: saved }");
        Pass(2);
        Assert.True(Assert.Single(_reports).TookEffect);
        Assert.Equal("saved", Title);
    }

    [Fact]
    public void A_file_that_comes_back_is_read()
    {
        System.IO.File.Delete(File);
        Pass(5);
        Save("menu: { title: back }");
        Pass(2);
        Assert.Equal("back", Title);
    }

    [Fact]
    public void What_needs_a_restart_is_named()
    {
        Save("http: { port: 8080 }\nmenu: { title: second }");
        Pass(2);
        Assert.Equal("second", Title);
        var problem = Assert.Single(_reports[0].Problems);
        Assert.Equal(("CW4096", Severity.Warning), (problem.Code, problem.Severity));
        Assert.Contains("http.port", problem.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void The_operator_can_ask_for_a_reading_at_once()
    {
        Save("menu: { title: now }");
        Assert.True(_watcher.Reload().TookEffect);
        Assert.Equal("now", Title);
        Pass(5);
        Assert.Single(_reports);
    }

    [Fact]
    public void A_machine_that_was_disarmed_while_the_file_was_read_stays_disarmed()
    {
        Save("machines: { a: { mac: 52:54:00:12:34:56, boot: shell, once: true } }");
        Pass(2);
        var hash = _catalogs.Current.Machines.All[0].DeclarationHash;
        Assert.True(_catalogs.Current.Machines.All[0].Armed);
        _catalogs.Disarm("a", hash);
        Save("machines: { a: { mac: 52:54:00:12:34:56, boot: shell, once: true, hostname: new } }");
        Pass(2);
        Assert.Equal(("new", false), (_catalogs.Current.Machines.All[0].HostName, _catalogs.Current.Machines.All[0].Armed));

        Save("machines: { a: { mac: 52:54:00:12:34:56, boot: reboot, once: true } }");
        Pass(2);
        Assert.True(_catalogs.Current.Machines.All[0].Armed);
    }

    [Fact]
    public void Listeners_hear_of_each_change_with_the_old_catalog()
    {
        var heard = new List<(string, string)>();
        _catalogs.Changed += (old, now) => heard.Add((old.Menu.Title, now.Menu.Title));
        Save("menu: { title: second }");
        Pass(2);
        _catalogs.Update(catalog => catalog);
        Assert.Equal([("first", "second")], heard);
    }

    [Fact]
    public void One_name_in_file_and_database_is_refused_with_both_places()
    {
        _inputs = _inputs with { Stored = [new("machines", "web01", "made by alice in the page"), new("images", "web01", "x")] };
        Save("machines: { web01: { mac: 52:54:00:12:34:56 } }");
        Pass(2);
        Assert.Equal($"{File}:1:13: error CW4090: machines.web01: the name stands here, and in the database (made by alice in the page). Remove one of the two, or rename it.",
            Assert.Single(_reports[0].Problems).ToString());
    }

    [Fact]
    public void A_fault_of_ours_costs_the_reading_and_not_the_server()
    {
        _fault = new InvalidDataException("a link in circles");
        Save("menu: { title: second }");
        Pass(5);
        Assert.Equal("first", Title);
        var problem = Assert.Single(Assert.Single(_reports).Problems);
        Assert.Equal(("CW4097", Severity.Error), (problem.Code, problem.Severity));
        Assert.Contains("InvalidDataException: a link in circles", problem.Message, StringComparison.Ordinal);
        Assert.False(_watcher.Reload().TookEffect);

        _fault = null;
        Assert.True(_watcher.Reload().TookEffect);
        Assert.Equal("second", Title);
    }

    [Fact]
    public void A_fault_of_who_takes_the_report_does_not_end_the_watch()
    {
        _faultOfTaker = new InvalidOperationException("no room");
        Save("menu: { title: second }");
        Pass(5);
        Assert.Equal("CW4097", Assert.Single(_watcher.Last!.Problems).Code);
        _faultOfTaker = null;
        Save("menu: { title: third }");
        Pass(2);
        Assert.Equal("third", Title);
        Assert.True(Assert.Single(_reports).TookEffect);
    }

    void Take(ReloadReport report)
    {
        if (_faultOfTaker is { } fault)
            throw fault;
        _reports.Add(report);
    }

    // Each save has a time of its own, as no two saves of a person fall into one tick of the clock.
    void Save(string yaml)
    {
        System.IO.File.WriteAllText(File, yaml);
        System.IO.File.SetLastWriteTimeUtc(File, _time.GetUtcNow().UtcDateTime.AddSeconds(100 + ++_saves));
    }

    void Pass(int looks)
    {
        for (var i = 0; i < looks; i++)
            _time.Advance(TimeSpan.FromSeconds(1));
    }
}
