using System.Collections.Immutable;
using System.Text.Json;
using Farm.Cli;
using Farm.Cli.Building;
using Farm.Cli.Nodes;
using Farm.Cli.Terminals;
using Farm.Client;
using Farm.Protocol.Api;
using Farm.Store.Paths;
using Farm.Tests.Cli.Progress;
using Microsoft.Data.Sqlite;

namespace Farm.Tests.Cli.Building;

public sealed class BuildRunTests : IDisposable
{
    private const string Drv = "3ghsl9sd83mc26i81adpa2fzf3yw4f68-simple.drv";

    private readonly DirectoryInfo _directory = Directory.CreateTempSubdirectory("farm-build-");
    private readonly ScriptedCoordinator _coordinator = new();
    private readonly StringWriter _out = new();
    private readonly StringWriter _error = new();
    private readonly StorePath _output;

    public BuildRunTests()
    {
        var store = Directory.CreateDirectory(Path.Combine(_directory.FullName, "nix/store")).FullName;
        var bytes = File.ReadAllBytes(Path.Combine(AppContext.BaseDirectory, "Vectors/drv", Drv));
        File.WriteAllBytes(Path.Combine(store, Drv), bytes);
        var text = System.Text.Encoding.UTF8.GetString(bytes);
        _output = StoreDir.Default.ParsePath(text.Split('"')[3]);
        _coordinator.Outputs = ImmutableSortedDictionary<string, StorePath>.Empty.Add("out", _output);
        _coordinator.StoreRoot = _directory.FullName;
        MakeDatabase();
    }

    [Fact]
    public async Task A_build_that_succeeds_prints_its_outputs_and_links_them()
    {
        MakeOutput();
        _coordinator.Tell(_ => [new BuildEvent.Ended(_coordinator.View(BuildState.Succeeded))]);
        Assert.Equal(ExitCode.Done, await RunAsync(Options()));
        Assert.Equal($"/nix/store/{_output}\n", _out.ToString());
        Assert.Equal($"{_directory.FullName}/nix/store/{_output}", new FileInfo(Link).LinkTarget);
        var root = Assert.Single(
            Directory.GetFileSystemEntries(Path.Combine(_directory.FullName, "nix/var/nix/gcroots/auto"))
        );
        Assert.Equal(Link, new FileInfo(root).LinkTarget);
    }

    [Fact]
    public async Task What_the_coordinator_lacks_is_sent_before_the_build_is_submitted()
    {
        _coordinator.Tell(_ => [new BuildEvent.Ended(_coordinator.View(BuildState.Succeeded))]);
        await RunAsync(Options() with { OutLink = null, Priority = 3, TimeoutSeconds = 9 });
        Assert.Equal([Drv], _coordinator.Uploads);
        Assert.Equal(Drv, _coordinator.Submitted?.Roots.Single().ToString());
        Assert.Equal(3, _coordinator.Submitted?.Priority);
        Assert.Equal(9, _coordinator.Submitted?.TimeoutSeconds);
    }

    [Fact]
    public async Task What_is_fetched_before_the_build_begins_is_told()
    {
        var drv = StorePath.Parse(Drv);
        var fetch = new FetchView([drv], DateTimeOffset.UnixEpoch, 0, 2, 0, 4096, [_output]);
        _coordinator.Submission =
        [
            new SubmitEvent.Fetching(fetch),
            new SubmitEvent.Fetching(fetch with { Paths = 1, Bytes = 1024 }),
            new SubmitEvent.Fetching(fetch with { Paths = 1, Bytes = 2048, Refusal = "The cache is out of bread." }),
            new SubmitEvent.Submitted(_coordinator.View(BuildState.Queued)),
        ];
        _coordinator.Tell(_ => [new BuildEvent.Ended(_coordinator.View(BuildState.Succeeded))]);
        Assert.Equal(ExitCode.Done, await RunAsync(Options() with { OutLink = null }));
        var told = _error.ToString();
        Assert.Contains($"fetching 0 of 2 paths, 0 B of 4.0 KiB: {_output.Name}\n", told, StringComparison.Ordinal);
        Assert.Contains("The cache is out of bread.\n", told, StringComparison.Ordinal);
        Assert.Contains("Fetched 1 path from binary caches, 2.0 KiB.\n", told, StringComparison.Ordinal);
        Assert.DoesNotContain("fetching 1 of 2", told, StringComparison.Ordinal); // within the same ten seconds
    }

    [Fact]
    public async Task Refusal_after_the_fetching_is_the_coordinators_sentence()
    {
        _coordinator.Submission = [new SubmitEvent.Refused(new("farm:unbuildable", "No", 422, "It is in no cache."))];
        var error = await Assert.ThrowsAsync<FarmRefusalException>(() => RunAsync(Options()));
        Assert.Equal("It is in no cache.", error.Message);
    }

    [Fact]
    public async Task Connection_that_ends_before_the_build_is_there_is_told()
    {
        var fetch = new FetchView([StorePath.Parse(Drv)], DateTimeOffset.UnixEpoch, 0, 2, 0, 4096, []);
        _coordinator.Submission = [new SubmitEvent.Fetching(fetch)];
        await Assert.ThrowsAsync<HttpRequestException>(() => RunAsync(Options()));
    }

    [Fact]
    public async Task Json_is_one_document_and_nothing_else()
    {
        _coordinator.Tell(_ => [new BuildEvent.Ended(_coordinator.View(BuildState.Succeeded))]);
        await RunAsync(Options() with { OutLink = null, IsJson = true });
        using var document = JsonDocument.Parse(_out.ToString());
        var root = document.RootElement.GetProperty("roots")[0];
        Assert.Equal($"/nix/store/{Drv}", root.GetProperty("drvPath").GetString());
        Assert.Equal(
            $"/nix/store/{_output}",
            root.GetProperty("outputs").GetProperty("out").GetProperty("path").GetString()
        );
        Assert.Equal("succeeded", document.RootElement.GetProperty("state").GetString());
    }

    [Fact]
    public async Task A_failure_shows_the_last_lines_of_the_log_and_how_to_get_the_rest()
    {
        _coordinator.Log = "line one\nno rule to make target\n";
        var failed = Sample.Failed("x", "exit code 3");
        _coordinator.Tell(_ => [new BuildEvent.Ended(_coordinator.View(BuildState.Failed, failed))]);
        Assert.Equal(ExitCode.BuildFailed, await RunAsync(Options()));
        Assert.Contains("  | no rule to make target\n", _error.ToString(), StringComparison.Ordinal);
        Assert.Contains($"farm log /nix/store/{Sample.Drv("x")}\n", _error.ToString(), StringComparison.Ordinal);
        Assert.Equal("", _out.ToString());
    }

    [Theory]
    [InlineData(FailureKind.Build, 100)]
    [InlineData(FailureKind.Timeout, 101)]
    [InlineData(FailureKind.HashMismatch, 102)]
    public async Task The_exit_code_tells_the_kind_of_failure(FailureKind kind, int exitCode)
    {
        var failed = Sample.Step("x", new StepStatus.Failed("why", null, kind));
        _coordinator.Tell(_ => [new BuildEvent.Ended(_coordinator.View(BuildState.Failed, failed))]);
        Assert.Equal(exitCode, await RunAsync(Options()));
    }

    [Fact]
    public async Task Without_keep_going_the_first_failure_cancels_the_rest()
    {
        TellOneFailure();
        Assert.Equal(ExitCode.BuildFailed, await RunAsync(Options()));
        Assert.True(_coordinator.IsCancelled);
    }

    [Fact]
    public async Task With_keep_going_a_failure_cancels_nothing()
    {
        TellOneFailure();
        Assert.Equal(ExitCode.BuildFailed, await RunAsync(Options() with { KeepsGoing = true }));
        Assert.False(_coordinator.IsCancelled);
    }

    [Fact]
    public async Task A_connection_that_ends_early_is_made_again()
    {
        _coordinator.Tell(build => [new BuildEvent.Snapshot(build)]);
        _coordinator.Tell(build =>
            [new BuildEvent.Snapshot(build), new BuildEvent.Ended(_coordinator.View(BuildState.Succeeded))]
        );
        Assert.Equal(ExitCode.Done, await RunAsync(Options() with { OutLink = null }));
        Assert.Contains("The coordinator does not answer", _error.ToString(), StringComparison.Ordinal);
        Assert.Contains("The coordinator answers again", _error.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Detached_prints_the_number_and_does_not_wait()
    {
        Assert.Equal(ExitCode.Done, await RunAsync(Options() with { IsDetached = true }));
        Assert.Equal("7\n", _out.ToString());
    }

    [Fact]
    public async Task An_output_that_the_derivation_lacks_is_refused_before_anything_is_sent()
    {
        var error = await Assert.ThrowsAsync<CommandException>(() => RunAsync(Options(), "^doc"));
        Assert.Equal($"The derivation '/nix/store/{Drv}' has no output 'doc'; it has out.", error.Message);
        Assert.Empty(_coordinator.Uploads);
    }

    [Fact]
    public async Task A_truncated_derivation_is_named()
    {
        var file = Path.Combine(_directory.FullName, "nix/store", Drv);
        File.WriteAllBytes(file, File.ReadAllBytes(file)[..40]);
        var error = await Assert.ThrowsAsync<CommandException>(() => RunAsync(Options()));
        Assert.StartsWith($"The derivation '{file}' is malformed: ", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_file_that_is_missing_in_the_store_is_named()
    {
        var file = Path.Combine(_directory.FullName, "nix/store", Drv);
        File.Delete(file);
        var error = await Assert.ThrowsAsync<CommandException>(() => RunAsync(Options()));
        Assert.Contains($"'{file}' is missing", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_root_without_a_store_is_named()
    {
        var error = await Assert.ThrowsAsync<CommandException>(() => RunAsync(Options() with { From = "/proc" }));
        Assert.StartsWith("There is no Nix store below '/proc'", error.Message, StringComparison.Ordinal);
    }

    public void Dispose()
    {
        _coordinator.Dispose();
        _out.Dispose();
        _error.Dispose();
        _directory.Delete(recursive: true);
    }

    private string Link => Path.Combine(_directory.FullName, "result");

    private BuildOptionsGiven Options() =>
        new()
        {
            OutLink = Link,
            From = _directory.FullName,
            IsJson = false,
            KeepsGoing = false,
            IsDetached = false,
            Priority = 0,
            TimeoutSeconds = null,
            MaxSilentSeconds = null,
        };

    private async Task<int> RunAsync(BuildOptionsGiven options, string selection = "")
    {
        using var http = new HttpClient(_coordinator, disposeHandler: false) { BaseAddress = new Uri("http://farm/") };
        using var client = FarmClient.Over(http);
        using var signals = StopSignals.Listen(ofParent: false);
        var terminal = new FarmTerminal(
            _out,
            Stream.Null,
            _error,
            IsLive: false,
            OutHasColour: false,
            ErrorHasColour: false
        );
        return await new BuildRun(
            client,
            new CommandServices(terminal, TimeProvider.System),
            options,
            signals
        ).RunAsync([DerivationArgument.Parse($"/nix/store/{Drv}{selection}")]);
    }

    private void TellOneFailure()
    {
        var failed = Sample.Failed("x", "exit code 3");
        _coordinator.Tell(build =>
            [
                new BuildEvent.Snapshot(build),
                new BuildEvent.StepChanged(failed, build.Counts, Sample.Start),
                new BuildEvent.Ended(_coordinator.View(BuildState.Failed, failed)),
            ]
        );
    }

    private void MakeOutput() =>
        Directory.CreateDirectory(Path.Combine(_directory.FullName, "nix/store", _output.ToString()));

    /// <summary>A database with the derivation as its only path; its inputs are none.</summary>
    private void MakeDatabase()
    {
        var file = Path.Combine(
            Directory.CreateDirectory(Path.Combine(_directory.FullName, "nix/var/nix/db")).FullName,
            "db.sqlite"
        );
        using var connection = new SqliteConnection($"Data Source={file};Pooling=false");
        connection.Open();
        using var command = connection.CreateCommand();
        command.CommandText = $"""
            create table ValidPaths (id integer primary key, path text, hash text, registrationTime integer,
                deriver text, narSize integer, ultimate integer, sigs text, ca text);
            create table Refs (referrer integer, reference integer);
            insert into ValidPaths values (1, '/nix/store/{Drv}', 'sha256:{new string(
                '0',
                64
            )}', 1, null, 400, null, null, null);
            """;
        command.ExecuteNonQuery();
    }
}
