using System.Collections.Immutable;
using Farm.Coordinator.Persistence;
using Farm.Coordinator.Scheduling;
using Farm.Protocol;
using Farm.Protocol.Api;
using Farm.Store.Paths;
using Farm.Tests.Support;
using static Farm.Tests.Coordinator.Scheduling.SchedulerDriver;

namespace Farm.Tests.Coordinator.Persistence;

public sealed class FarmDatabaseTests : IDisposable
{
    private static readonly DateTimeOffset Now = DateTimeOffset.FromUnixTimeSeconds(1_700_000_000);
    private readonly TemporaryDirectory _directory = new();
    private readonly Attempt _attempt = new(
        AttemptId.Parse("018f8fad-5bd9-7469-a165-70867728950e"),
        2,
        WorkerId.Parse("w1"),
        BuildPhase.Offered,
        Now,
        Now
    );

    public void Dispose() => _directory.Dispose();

    [Fact]
    public async Task What_was_written_is_there_after_opening_again()
    {
        await WriteAsync(Added(), new FarmRecord.AttemptStarted(Drv("a"), _attempt));
        await using var database = await OpenAsync();
        var work = await database.LoadUnfinishedAsync(CancellationToken.None);
        var build = Assert.Single(work.Builds);
        Assert.Equal((1L, BuildId.Create(1), 3, Now), (work.LastBuild, build.Id, build.Priority, build.CreatedAt));
        Assert.Equal(Drv("b"), Assert.Single(build.Roots));
        Assert.Equal(TimeSpan.FromMinutes(5), build.Options.Timeout);
        Assert.Equal(_attempt, work.LiveAttempts[Drv("a")]);
        Assert.Equal(2, work.Epochs[Drv("a")]);
    }

    [Fact]
    public async Task Applying_records_twice_changes_nothing()
    {
        FarmRecord[] records = [Added(), new FarmRecord.AttemptStarted(Drv("a"), _attempt)];
        await WriteAsync([.. records, .. records]);
        await using var database = await OpenAsync();
        Assert.Single(await database.AttemptsAsync(Drv("a"), CancellationToken.None));
    }

    [Fact]
    public async Task An_attempt_that_is_over_is_no_longer_live()
    {
        var failed = new BuildOutcome.InfrastructureFailed("disk full", true);
        await WriteAsync(
            Added(),
            new FarmRecord.AttemptStarted(Drv("a"), _attempt),
            new FarmRecord.AttemptEnded(_attempt.Id, Now, failed)
        );
        await using var database = await OpenAsync();
        Assert.Empty((await database.LoadUnfinishedAsync(CancellationToken.None)).LiveAttempts);
        var row = Assert.Single(await database.AttemptsAsync(Drv("a"), CancellationToken.None));
        Assert.Equal((failed, Now), (row.Outcome, row.FinishedAt));
    }

    [Fact]
    public async Task A_build_that_is_over_is_history_and_its_number_is_not_used_again()
    {
        var view = new BuildView(BuildId.Create(1), BuildState.Succeeded, 3, Now, Now, [], StepCounts.None, [], []);
        await WriteAsync(Added(), new FarmRecord.BuildEnded(view));
        await using var database = await OpenAsync();
        var work = await database.LoadUnfinishedAsync(CancellationToken.None);
        Assert.Empty(work.Builds);
        Assert.Equal(1, work.LastBuild);
        var found = await database.FinishedBuildAsync(BuildId.Create(1), CancellationToken.None);
        Assert.Equal(BuildState.Succeeded, found!.State); // it was just written
    }

    [Fact]
    public async Task A_failed_step_is_open_again_for_a_later_build()
    {
        await WriteAsync(Added(), new FarmRecord.StepFailed(Drv("a"), new("exit code 1", FailureKind.Build)));
        await using (var database = await OpenAsync())
        {
            Assert.Equal(
                new StepFailure("exit code 1", FailureKind.Build),
                (await database.LoadUnfinishedAsync(CancellationToken.None)).FailedSteps[Drv("a")]
            );
        }

        await WriteAsync(Added() with { Id = BuildId.Create(2) });
        await using var later = await OpenAsync();
        Assert.Empty((await later.LoadUnfinishedAsync(CancellationToken.None)).FailedSteps);
    }

    [Theory]
    [InlineData(FailureKind.Build)]
    [InlineData(FailureKind.Timeout)]
    [InlineData(FailureKind.HashMismatch)]
    public async Task The_kind_of_a_failure_is_known_after_opening_again(FailureKind kind)
    {
        var failure = new StepFailure("it failed", kind);
        await WriteAsync(Added(), new FarmRecord.StepFailed(Drv("a"), failure));
        await using var database = await OpenAsync();
        Assert.Equal(failure, (await database.StepAsync(Drv("a"), CancellationToken.None))!.Failure); // it was just written
        Assert.Equal(failure, (await database.LoadUnfinishedAsync(CancellationToken.None)).FailedSteps[Drv("a")]);
    }

    [Fact]
    public async Task A_database_of_the_first_version_is_brought_up_to_date()
    {
        await WriteAsync(Added(), new FarmRecord.StepFailed(Drv("a"), new("exit code 1", FailureKind.Timeout)));
        Execute("alter table Steps drop column failure; pragma user_version = 1");
        await using (var database = await OpenAsync())
        {
            var step = await database.StepAsync(Drv("a"), CancellationToken.None);
            Assert.Equal(new StepFailure("exit code 1", FailureKind.Build), step!.Failure); // it was written before
        }

        await WriteAsync(new FarmRecord.StepFailed(Drv("a"), new("too slow", FailureKind.Timeout)));
        await using var later = await OpenAsync();
        Assert.Equal(
            new StepFailure("too slow", FailureKind.Timeout),
            (await later.StepAsync(Drv("a"), CancellationToken.None))!.Failure // it was just written
        );
    }

    [Fact]
    public async Task Run_times_are_known_by_name()
    {
        await WriteAsync(Added(), new FarmRecord.StepDone(Drv("a"), TimeSpan.FromSeconds(4), [Output("a")], []));
        await using var database = await OpenAsync();
        var durations = await database.DurationsAsync(["a", "b"], CancellationToken.None);
        Assert.Equal(KeyValuePair.Create("a", TimeSpan.FromSeconds(4)), Assert.Single(durations));
    }

    [Fact]
    public async Task A_database_of_a_newer_program_is_refused()
    {
        await WriteAsync();
        Execute("pragma user_version = 99");
        await Assert.ThrowsAsync<InvalidDataException>(OpenAsync);
    }

    [Fact]
    public async Task The_identity_stays()
    {
        string first;
        await using (var database = await OpenAsync())
        {
            first = database.Identity;
        }

        await using var again = await OpenAsync();
        Assert.Equal(first, again.Identity);
    }

    private void Execute(string sql)
    {
        using var connection = new Microsoft.Data.Sqlite.SqliteConnection($"Data Source={File()};Pooling=False");
        connection.Open();
        using var command = connection.CreateCommand();
        command.CommandText = sql;
        command.ExecuteNonQuery();
    }

    private static FarmRecord.BuildAdded Added() =>
        new(
            BuildId.Create(1),
            3,
            Now,
            new BuildOptions(TimeSpan.FromMinutes(5)),
            [Drv("b")],
            [Spec("a"), Spec("b", ["a"])],
            ImmutableHashSet<StorePath>.Empty
        );

    private string File() => _directory.File("coordinator.sqlite");

    private Task<FarmDatabase> OpenAsync() => FarmDatabase.OpenAsync(File(), CancellationToken.None);

    private async Task WriteAsync(params FarmRecord[] records)
    {
        await using var database = await OpenAsync();
        await database.WriteAsync(records, CancellationToken.None);
    }
}
