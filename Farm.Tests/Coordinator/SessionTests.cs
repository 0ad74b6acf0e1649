using System.Text;
using Farm.Protocol;
using Farm.Protocol.Api;
using static Farm.Tests.Coordinator.FakeWorker;

namespace Farm.Tests.Coordinator;

/// <summary>The session, with a scripted worker over a real WebSocket and a real store and database.</summary>
public sealed class SessionTests
{
    private static readonly BuildOutcome.Built Built = new([], TimeSpan.Zero, TimeSpan.Zero);

    [Fact]
    public async Task A_build_goes_from_submission_to_success()
    {
        await using var farm = await CoordinatorHost.StartAsync();
        var a = await farm.AddDerivationAsync("a");
        var b = await farm.AddDerivationAsync("b", a);
        await using var worker = await farm.ConnectWorkerAsync("w1");
        var build = await farm.SubmitAsync(b);
        var first = (await worker.ReceiveWorkAsync()).Single();
        Assert.Equal(a, first.Request!.DrvPath);
        await worker.ReportAsync(In(first, BuildPhase.Building));
        await worker.BuildAsync(first, a);
        var second = (await worker.ReceiveWorkAsync()).Single(attempt => attempt.Request is not null);
        Assert.Equal(b, second.Request!.DrvPath);
        Assert.Equal([farm.OutputOf(a)], second.Inputs.Select(input => input.Path));
        await worker.BuildAsync(second, b);
        var end = await farm.EndOfAsync(build.Id);
        Assert.Equal(BuildState.Succeeded, end.State);
        Assert.Equal(2, end.Counts.Done);
    }

    [Fact]
    public async Task A_request_is_not_repeated_once_the_worker_has_it()
    {
        await using var farm = await CoordinatorHost.StartAsync();
        var a = await farm.AddDerivationAsync("a");
        await using var worker = await farm.ConnectWorkerAsync("w1");
        await farm.SubmitAsync(a);
        var work = (await worker.ReceiveWorkAsync()).Single();
        await worker.ReportAsync(In(work, BuildPhase.Accepted));
        var state = await worker.ReceiveAsync<CoordinatorMessage.DesiredState>();
        Assert.Null(Assert.Single(state.Attempts).Request);
    }

    [Fact]
    public async Task A_finished_attempt_is_acknowledged_by_its_absence()
    {
        await using var farm = await CoordinatorHost.StartAsync();
        var a = await farm.AddDerivationAsync("a");
        await using var worker = await farm.ConnectWorkerAsync("w1");
        await farm.SubmitAsync(a);
        await worker.BuildAsync((await worker.ReceiveWorkAsync()).Single(), a);
        await worker.ReceiveAsync<CoordinatorMessage.DesiredState>(state => state.Attempts.IsEmpty);
    }

    [Fact]
    public async Task Success_without_outputs_in_the_store_is_tried_again()
    {
        await using var farm = await CoordinatorHost.StartAsync();
        var a = await farm.AddDerivationAsync("a");
        await using var worker = await farm.ConnectWorkerAsync("w1");
        await farm.SubmitAsync(a);
        var first = (await worker.ReceiveWorkAsync()).Single();
        await worker.ReportAsync(Ended(first, Built));
        var second = (await worker.ReceiveWorkAsync()).Single(attempt => attempt.Request is not null);
        Assert.Equal(2, second.Epoch);
    }

    [Fact]
    public async Task After_a_restart_a_running_attempt_is_adopted_and_not_started_again()
    {
        await using var farm = await CoordinatorHost.StartAsync();
        var a = await farm.AddDerivationAsync("a");
        BuildView build;
        DesiredAttempt work;
        await using (var before = await farm.ConnectWorkerAsync("w1"))
        {
            build = await farm.SubmitAsync(a);
            work = (await before.ReceiveWorkAsync()).Single();
            await before.ReportAsync(In(work, BuildPhase.Building));
        }

        await farm.StopAsync();
        await farm.StartAgainAsync();
        await using var worker = await farm.ConnectWorkerAsync("w1", In(work, BuildPhase.Building));
        var state = await worker.ReceiveAsync<CoordinatorMessage.DesiredState>();
        Assert.Equal((work.Attempt, work.Epoch), (state.Attempts.Single().Attempt, state.Attempts.Single().Epoch));
        await worker.BuildAsync(work, a);
        Assert.Equal(BuildState.Succeeded, (await farm.EndOfAsync(build.Id)).State);
    }

    [Fact]
    public async Task After_a_restart_a_step_whose_outputs_arrived_is_done()
    {
        await using var farm = await CoordinatorHost.StartAsync();
        var a = await farm.AddDerivationAsync("a");
        BuildView build;
        await using (var worker = await farm.ConnectWorkerAsync("w1"))
        {
            build = await farm.SubmitAsync(a);
            await worker.ReceiveWorkAsync();
            await worker.RegisterAsync(farm.OutputOf(a), a);
        }

        await farm.StopAsync();
        await farm.StartAgainAsync();
        Assert.Equal(BuildState.Succeeded, (await farm.EndOfAsync(build.Id)).State);
    }

    [Fact]
    public async Task A_report_with_a_stale_epoch_is_refused()
    {
        await using var farm = await CoordinatorHost.StartAsync();
        var a = await farm.AddDerivationAsync("a");
        await using var worker = await farm.ConnectWorkerAsync("w1");
        var build = await farm.SubmitAsync(a);
        var work = (await worker.ReceiveWorkAsync()).Single();
        var failed = new BuildOutcome.BuilderFailed(new ProcessEnd.Exited(1), []);
        await worker.ReportAsync(Ended(work with { Epoch = work.Epoch + 1 }, failed));
        await worker.BuildAsync(work, a);
        Assert.Equal(BuildState.Succeeded, (await farm.EndOfAsync(build.Id)).State);
    }

    [Fact]
    public async Task Attempts_of_a_worker_that_stays_away_go_to_another()
    {
        await using var farm = await CoordinatorHost.StartAsync(grace: TimeSpan.FromMilliseconds(50));
        var a = await farm.AddDerivationAsync("a");
        await using (var lost = await farm.ConnectWorkerAsync("w1"))
        {
            await farm.SubmitAsync(a);
            await lost.ReceiveWorkAsync();
        }

        await using var worker = await farm.ConnectWorkerAsync("w2");
        Assert.Equal(2, (await worker.ReceiveWorkAsync()).Single().Epoch);
    }

    [Fact]
    public async Task Logs_are_stored_acknowledged_and_taken_up_again_in_the_next_session()
    {
        await using var farm = await CoordinatorHost.StartAsync();
        var a = await farm.AddDerivationAsync("a");
        DesiredAttempt work;
        await using (var before = await farm.ConnectWorkerAsync("w1"))
        {
            await farm.SubmitAsync(a);
            work = (await before.ReceiveWorkAsync()).Single();
            await before.SendAsync(new WorkerMessage.LogChunk(work.Attempt, 0, "hello "u8.ToArray()));
            Assert.Equal(6, (await before.ReceiveAsync<CoordinatorMessage.LogAcknowledged>()).Offset);
        }

        await using var worker = await farm.ConnectWorkerAsync("w1", In(work, BuildPhase.Building));
        Assert.Equal(6, (await worker.ReceiveAsync<CoordinatorMessage.LogAcknowledged>()).Offset);
        await worker.SendAsync(new WorkerMessage.LogChunk(work.Attempt, 3, "lo world"u8.ToArray()));
        Assert.Equal(11, (await worker.ReceiveAsync<CoordinatorMessage.LogAcknowledged>()).Offset);
        Assert.Equal("hello world", await farm.Http.GetStringAsync(new Uri($"api/log/{a}", UriKind.Relative)));
        // As in a binary cache.
        Assert.Equal("hello world", await farm.Http.GetStringAsync(new Uri($"log/{a}", UriKind.Relative)));
    }

    [Fact]
    public async Task A_log_is_followed_until_its_attempt_is_over()
    {
        await using var farm = await CoordinatorHost.StartAsync();
        var a = await farm.AddDerivationAsync("a");
        await using var worker = await farm.ConnectWorkerAsync("w1");
        await farm.SubmitAsync(a);
        var work = (await worker.ReceiveWorkAsync()).Single();
        await worker.SendAsync(new WorkerMessage.LogChunk(work.Attempt, 0, "one\n"u8.ToArray()));
        await using var log = await farm.Http.GetStreamAsync(
            new Uri($"api/attempts/{work.Attempt}/log?follow=true", UriKind.Relative)
        );
        var line = new byte[4];
        await log.ReadExactlyAsync(line, farm.Limit);
        await worker.SendAsync(new WorkerMessage.LogChunk(work.Attempt, 4, "two\n"u8.ToArray()));
        await worker.BuildAsync(work, a);
        using var rest = new StreamReader(log, Encoding.UTF8);
        Assert.Equal("two\n", await rest.ReadToEndAsync(farm.Limit));
    }

    [Fact]
    public async Task A_log_of_an_attempt_that_was_never_given_is_not_stored()
    {
        await using var farm = await CoordinatorHost.StartAsync();
        var a = await farm.AddDerivationAsync("a");
        await using var worker = await farm.ConnectWorkerAsync("w1");
        await farm.SubmitAsync(a);
        var work = (await worker.ReceiveWorkAsync()).Single();
        await worker.SendAsync(new WorkerMessage.LogChunk(AttemptId.Create(Guid.CreateVersion7()), 0, "x"u8.ToArray()));
        await worker.SendAsync(new WorkerMessage.LogChunk(work.Attempt, 0, "y"u8.ToArray()));
        Assert.Equal(work.Attempt, (await worker.ReceiveAsync<CoordinatorMessage.LogAcknowledged>()).Attempt);
    }

    [Fact]
    public async Task A_worker_with_another_store_directory_is_refused()
    {
        await using var farm = await CoordinatorHost.StartAsync();
        await using var worker = await ConnectAsync(farm, "w1", "/gnu/store", []);
        var refused = Assert.IsType<CoordinatorMessage.Refused>(await worker.ReceiveAsync());
        Assert.True(refused.IsFinal);
        Assert.Contains("/gnu/store", refused.Reason);
    }

    [Fact]
    public async Task A_second_session_of_a_worker_replaces_the_first()
    {
        await using var farm = await CoordinatorHost.StartAsync();
        await using var first = await farm.ConnectWorkerAsync("w1");
        await first.ReceiveAsync<CoordinatorMessage.DesiredState>();
        await using var second = await farm.ConnectWorkerAsync("w1");
        await second.ReceiveAsync<CoordinatorMessage.DesiredState>();
        await first.ReceiveAsync<CoordinatorMessage.Refused>();
    }
}
