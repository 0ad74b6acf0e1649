using System.Net;
using System.Net.Http.Json;
using System.Text;
using Farm.Protocol.Api;
using Farm.Store.Paths;
using static Farm.Tests.Coordinator.FakeWorker;

namespace Farm.Tests.Coordinator.Api;

public sealed class BuildsEndpointsTests
{
    [Fact]
    public async Task A_missing_derivation_is_named_in_a_422()
    {
        await using var farm = await CoordinatorHost.StartAsync();
        var missing = StorePath.Parse("00000000000000000000000000000000-gone.drv");
        var problem = await RefusedAsync(farm, $$"""{"roots":["{{missing}}"]}""", HttpStatusCode.UnprocessableEntity);
        Assert.Contains(missing.ToString(), problem.Detail);
    }

    [Theory]
    [InlineData("""{"roots":["nonsense"]}""")]
    [InlineData("""{"roots":[]}""")]
    [InlineData("""{}""")]
    [InlineData("""not json""")]
    [InlineData("""{"roots":["00000000000000000000000000000000-a.drv"],"timeoutSeconds":-1}""")]
    public async Task A_malformed_submission_is_a_400(string body)
    {
        await using var farm = await CoordinatorHost.StartAsync();
        await RefusedAsync(farm, body, HttpStatusCode.BadRequest);
    }

    [Fact]
    public async Task A_path_that_is_no_derivation_is_a_422()
    {
        await using var farm = await CoordinatorHost.StartAsync();
        await RefusedAsync(
            farm,
            """{"roots":["00000000000000000000000000000000-a"]}""",
            HttpStatusCode.UnprocessableEntity
        );
    }

    [Theory]
    [InlineData("api/builds/7", HttpStatusCode.NotFound)]
    [InlineData("api/builds/x", HttpStatusCode.BadRequest)]
    [InlineData("api/builds/7/events", HttpStatusCode.NotFound)]
    [InlineData("api/steps/00000000000000000000000000000000-a.drv", HttpStatusCode.NotFound)]
    [InlineData("api/steps/x", HttpStatusCode.BadRequest)]
    [InlineData("api/log/00000000000000000000000000000000-a.drv", HttpStatusCode.NotFound)]
    [InlineData("api/attempts/x/log", HttpStatusCode.BadRequest)]
    [InlineData("api/attempts/018f8fad-5bd9-7469-a165-70867728950e/log", HttpStatusCode.NotFound)]
    public async Task What_is_not_there_is_told_apart_from_what_cannot_be_read(string path, HttpStatusCode status)
    {
        await using var farm = await CoordinatorHost.StartAsync();
        var answer = await farm.Http.GetAsync(new Uri(path, UriKind.Relative), farm.Limit);
        Assert.Equal(status, answer.StatusCode);
        Assert.Equal("application/problem+json", answer.Content.Headers.ContentType?.MediaType);
    }

    [Fact]
    public async Task A_build_whose_outputs_are_there_is_over_at_once()
    {
        await using var farm = await CoordinatorHost.StartAsync();
        var a = await farm.AddDerivationAsync("a");
        await using (var worker = await farm.ConnectWorkerAsync("w1"))
        {
            await worker.RegisterAsync(farm.OutputOf(a), a);
        }

        Assert.Equal(BuildState.Succeeded, (await farm.SubmitAsync(a)).State);
    }

    [Fact]
    public async Task A_cancelled_build_stays_cancelled()
    {
        await using var farm = await CoordinatorHost.StartAsync();
        var build = await farm.SubmitAsync(await farm.AddDerivationAsync("a"));
        var address = new Uri($"api/builds/{build.Id}", UriKind.Relative);
        await farm.Http.DeleteAsync(address, farm.Limit);
        await farm.StopAsync();
        await farm.StartAgainAsync();
        var view = await farm.Http.GetFromJsonAsync(address, ApiJsonContext.Default.BuildView, farm.Limit);
        Assert.Equal(BuildState.Cancelled, view!.State); // the address is of a build
    }

    [Fact]
    public async Task A_step_says_why_it_does_not_run()
    {
        await using var farm = await CoordinatorHost.StartAsync();
        var a = await farm.AddDerivationAsync("a");
        await farm.SubmitAsync(a);
        var step = await farm.Http.GetFromJsonAsync(
            new Uri($"api/steps/{a}", UriKind.Relative),
            ApiJsonContext.Default.StepView,
            farm.Limit
        );
        Assert.Equal("no worker builds for x86_64-linux", step!.Explanation); // the address is of a step
    }

    [Fact]
    public async Task A_failed_step_is_named_in_the_build()
    {
        await using var farm = await CoordinatorHost.StartAsync();
        var a = await farm.AddDerivationAsync("a");
        var b = await farm.AddDerivationAsync("b", a);
        await using var worker = await farm.ConnectWorkerAsync("w1");
        var build = await farm.SubmitAsync(b);
        var work = (await worker.ReceiveWorkAsync()).Single();
        await worker.ReportAsync(
            Ended(work, new Farm.Protocol.BuildOutcome.BuilderFailed(new Farm.Protocol.ProcessEnd.Exited(3), ["oops"]))
        );
        var end = await farm.EndOfAsync(build.Id);
        Assert.Equal(BuildState.Failed, end.State);
        Assert.Equal(a, Assert.Single(end.Failures).DrvPath);
        Assert.Equal(new StepStatus.DependencyFailed(a), Assert.Single(end.Roots).Status);
    }

    [Fact]
    public async Task Outputs_of_a_finished_build_have_roots()
    {
        await using var farm = await CoordinatorHost.StartAsync();
        var a = await farm.AddDerivationAsync("a");
        await using var worker = await farm.ConnectWorkerAsync("w1");
        var build = await farm.SubmitAsync(a);
        await worker.BuildAsync((await worker.ReceiveWorkAsync()).Single(), a);
        await farm.EndOfAsync(build.Id);
        var link = Path.Combine(farm.Node.Store.Layout.RootsDir, "farm", $"{build.Id}", farm.OutputOf(a).ToString());
        Assert.Equal(StoreDir.Default.Print(farm.OutputOf(a)), new FileInfo(link).LinkTarget);
    }

    [Fact]
    public async Task Status_workers_and_builds_tell_what_runs()
    {
        await using var farm = await CoordinatorHost.StartAsync();
        var a = await farm.AddDerivationAsync("a");
        await using var worker = await farm.ConnectWorkerAsync("w1");
        await farm.SubmitAsync(a);
        await worker.ReceiveWorkAsync();
        var status = await farm.Http.GetFromJsonAsync(
            new Uri("api/status", UriKind.Relative),
            ApiJsonContext.Default.StatusView,
            farm.Limit
        );
        Assert.Equal((1, 2, 1), (status!.WorkersConnected, status.Slots, status.SlotsBusy)); // it always answers
        var workers = await farm.Http.GetFromJsonAsync(
            new Uri("api/workers", UriKind.Relative),
            ApiJsonContext.Default.ImmutableArrayWorkerView,
            farm.Limit
        );
        Assert.Equal(a, Assert.Single(Assert.Single(workers).Running).DrvPath);
    }

    private static async Task<ProblemView> RefusedAsync(CoordinatorHost farm, string body, HttpStatusCode status)
    {
        using var content = new StringContent(body, Encoding.UTF8, "application/json");
        var answer = await farm.Http.PostAsync(new Uri("api/builds", UriKind.Relative), content, farm.Limit);
        Assert.Equal(status, answer.StatusCode);
        return (await answer.Content.ReadFromJsonAsync(ApiJsonContext.Default.ProblemView, farm.Limit))!; // it has a body
    }
}
