using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using Farm.Protocol.Api;
using Farm.Store.BinaryCaches;
using Farm.Store.Collector;
using Farm.Store.Paths;
using Farm.Store.Signing;
using Farm.Tests.Store.BinaryCaches;

namespace Farm.Tests.Coordinator.Planning;

/// <summary>What a binary cache has is not built.</summary>
public sealed class OutputSubstitutionTests
{
    [Fact]
    public async Task What_a_cache_has_is_fetched_and_nothing_below_it_is_built()
    {
        await using var server = await CacheServer.StartAsync();
        await using var farm = await StartAsync(server, fallback: false);
        var below = await farm.AddDerivationAsync("below");
        var top = await farm.AddDerivationAsync("top", below);
        Serve(server, farm.OutputOf(top), "top");

        var end = await farm.EndOfAsync((await farm.SubmitAsync(top)).Id);

        Assert.Equal(BuildState.Succeeded, end.State);
        Assert.NotNull(await farm.Node.Store.QueryAsync(farm.OutputOf(top), farm.Limit));
        Assert.Null(await farm.Node.Store.QueryAsync(farm.OutputOf(below), farm.Limit));
    }

    [Fact]
    public async Task What_is_fetched_of_the_inputs_is_not_built_and_the_rest_is()
    {
        await using var server = await CacheServer.StartAsync();
        await using var farm = await StartAsync(server, fallback: false);
        var below = await farm.AddDerivationAsync("below");
        var top = await farm.AddDerivationAsync("top", below);
        Serve(server, farm.OutputOf(below), "below");

        var view = await farm.SubmitAsync(top);

        Assert.Equal(BuildState.Queued, view.State);
        Assert.NotNull(await farm.Node.Store.QueryAsync(farm.OutputOf(below), farm.Limit));
        Assert.Null(await farm.Node.Store.QueryAsync(farm.OutputOf(top), farm.Limit));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task What_a_cache_does_not_give_is_built_only_with_fallback(bool fallback)
    {
        await using var server = await CacheServer.StartAsync();
        await using var farm = await StartAsync(server, fallback);
        var top = await farm.AddDerivationAsync("top");
        Serve(server, farm.OutputOf(top), "top");
        server.Serve("nar/top", "nonsense"u8.ToArray());

        var answer = await farm.Http.PostAsJsonAsync(
            "api/builds",
            new SubmitBuild([top]),
            ApiJsonContext.Default.SubmitBuild,
            farm.Limit
        );

        Assert.Equal(fallback ? HttpStatusCode.Created : HttpStatusCode.UnprocessableEntity, answer.StatusCode);
        if (!fallback)
            Assert.Contains("farm.store.fallback", await answer.Content.ReadAsStringAsync(farm.Limit));
        Assert.Null(await farm.Node.Store.QueryAsync(farm.OutputOf(top), farm.Limit));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task What_a_cache_cannot_be_asked_for_is_built_only_with_fallback(bool fallback)
    {
        await using var server = await CacheServer.StartAsync();
        await using var farm = await StartAsync(server, fallback);
        var below = await farm.AddDerivationAsync("below");
        var top = await farm.AddDerivationAsync("top", below);
        server.Files[$"{farm.OutputOf(top).Hash}.narinfo"] = context =>
        {
            context.Response.StatusCode = 400; // Not tried again.
            return Task.CompletedTask;
        };

        var answer = await farm.Http.PostAsJsonAsync(
            "api/builds",
            new SubmitBuild([top]),
            ApiJsonContext.Default.SubmitBuild,
            farm.Limit
        );

        Assert.Equal(fallback ? HttpStatusCode.Created : HttpStatusCode.UnprocessableEntity, answer.StatusCode);
        if (!fallback)
            Assert.Contains("cannot be asked", await answer.Content.ReadAsStringAsync(farm.Limit));
    }

    [Fact]
    public async Task What_is_fetched_is_told_to_who_submits_and_in_the_status_until_the_build_is_there()
    {
        await using var server = await CacheServer.StartAsync();
        await using var farm = await StartAsync(server, fallback: false);
        var below = await farm.AddDerivationAsync("below");
        var top = await farm.AddDerivationAsync("top", below);
        Serve(server, farm.OutputOf(below), "below");
        var (_, goOn) = Stall(server, "nar/below");
        using var answer = await SubmitForLinesAsync(farm, top, farm.Limit);
        using var lines = new StreamReader(await answer.Content.ReadAsStreamAsync(farm.Limit));

        var first = Assert.IsType<SubmitEvent.Fetching>(await ReadAsync(lines, farm.Limit)).Fetch;
        Assert.Equal((0, 1, top), (first.Paths, first.AllPaths, first.Roots.Single()));
        Assert.Equal(farm.OutputOf(below), (await NowAsync(farm)).Now.Single());
        var step = await farm.Http.GetAsync(new Uri($"api/steps/{top}", UriKind.Relative), farm.Limit);
        Assert.Equal(HttpStatusCode.NotFound, step.StatusCode);
        Assert.Contains("0 of 1 paths", await step.Content.ReadAsStringAsync(farm.Limit));

        goOn.SetResult();
        SubmitEvent? said = null;
        FetchView? last = null;
        while ((said = await ReadAsync(lines, farm.Limit)) is SubmitEvent.Fetching fetching)
            last = fetching.Fetch;
        Assert.Equal((1, 1), (last!.Paths, last.AllPaths));
        Assert.Equal((last.AllBytes, true), (last.Bytes, last.Bytes > 0));
        Assert.Equal(BuildState.Queued, Assert.IsType<SubmitEvent.Submitted>(said).Build.State);
        Assert.Null(await lines.ReadLineAsync(farm.Limit));
        Assert.Empty((await StatusAsync(farm)).Fetching!.Value);
    }

    [Fact]
    public async Task Who_submits_and_goes_away_ends_the_fetching_and_there_is_no_build()
    {
        await using var server = await CacheServer.StartAsync();
        await using var farm = await StartAsync(server, fallback: false);
        var top = await farm.AddDerivationAsync("top");
        Serve(server, farm.OutputOf(top), "top");
        var (isLeft, _) = Stall(server, "nar/top");
        using (var answer = await SubmitForLinesAsync(farm, top, farm.Limit))
            await NowAsync(farm);

        await isLeft.WaitAsync(farm.Limit);
        while ((await StatusAsync(farm)).Fetching is not [])
            await Task.Delay(10, farm.Limit);
        Assert.Empty((await StatusAsync(farm)).Builds);
        Assert.Null(await farm.Node.Store.QueryAsync(farm.OutputOf(top), farm.Limit));
    }

    [Fact]
    public async Task Refusal_after_something_was_told_is_the_last_line()
    {
        await using var server = await CacheServer.StartAsync();
        await using var farm = await StartAsync(server, fallback: false);
        var top = await farm.AddDerivationAsync("top");
        Serve(server, farm.OutputOf(top), "top");
        server.Serve("nar/top", "nonsense"u8.ToArray());
        using var answer = await SubmitForLinesAsync(farm, top, farm.Limit);
        if (answer.StatusCode != HttpStatusCode.OK)
        {
            // It was over before anything was told.
            Assert.Equal(HttpStatusCode.UnprocessableEntity, answer.StatusCode);
            return;
        }
        using var lines = new StreamReader(await answer.Content.ReadAsStreamAsync(farm.Limit));
        SubmitEvent? said;
        while ((said = await ReadAsync(lines, farm.Limit)) is SubmitEvent.Fetching) { }
        Assert.Contains("farm.store.fallback", Assert.IsType<SubmitEvent.Refused>(said).Problem.Detail);
    }

    [Fact]
    public async Task What_was_fetched_for_a_build_outlives_a_collection()
    {
        await using var server = await CacheServer.StartAsync();
        await using var farm = await StartAsync(server, fallback: false);
        var below = await farm.AddDerivationAsync("below");
        var slow = await farm.AddDerivationAsync("slow");
        var top = await farm.AddDerivationAsync("top", below, slow);
        Serve(server, farm.OutputOf(below), "below");
        Serve(server, farm.OutputOf(slow), "slow");
        var (_, goOn) = Stall(server, "nar/slow");
        using var answer = await SubmitForLinesAsync(farm, top, farm.Limit);
        while (await farm.Node.Store.QueryAsync(farm.OutputOf(below), farm.Limit) is null)
            await Task.Delay(10, farm.Limit);

        await CollectAsync(farm); // while the other one is still fetched
        Assert.NotNull(await farm.Node.Store.QueryAsync(farm.OutputOf(below), farm.Limit));
        goOn.SetResult();
        await answer.Content.ReadAsStringAsync(farm.Limit);
        await CollectAsync(farm); // when the build is queued
        Assert.NotNull(await farm.Node.Store.QueryAsync(farm.OutputOf(below), farm.Limit));
        Assert.NotNull(await farm.Node.Store.QueryAsync(farm.OutputOf(slow), farm.Limit));
    }

    private static async Task CollectAsync(CoordinatorHost farm)
    {
        var collector = new GarbageCollector(farm.Node.Store, farm.Node.Store.Collector);
        await collector.CollectAsync(new CollectRequest.Collect(), null, farm.Limit);
    }

    private static async Task<HttpResponseMessage> SubmitForLinesAsync(
        CoordinatorHost farm,
        StorePath root,
        CancellationToken ct
    )
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, "api/builds");
        request.Content = JsonContent.Create(new SubmitBuild([root]), ApiJsonContext.Default.SubmitBuild);
        request.Headers.Accept.ParseAdd(SubmitEvent.MediaType);
        return await farm.Http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, ct);
    }

    private static async Task<SubmitEvent?> ReadAsync(StreamReader lines, CancellationToken ct) =>
        await lines.ReadLineAsync(ct) is { } line
            ? JsonSerializer.Deserialize(line, ApiJsonContext.Default.SubmitEvent)
            : null;

    private static async Task<StatusView> StatusAsync(CoordinatorHost farm) =>
        (
            await farm.Http.GetFromJsonAsync(
                new Uri("api/status", UriKind.Relative),
                ApiJsonContext.Default.StatusView,
                farm.Limit
            )
        )!;

    /// <summary>What is fetched now, once it has begun.</summary>
    private static async Task<FetchView> NowAsync(CoordinatorHost farm)
    {
        while (true)
        {
            if ((await StatusAsync(farm)).Fetching is [{ Now.Length: > 0 } fetch])
                return fetch;
            await Task.Delay(10, farm.Limit);
        }
    }

    /// <summary>Has a file come only when the test says so.</summary>
    /// <returns>What ends when who asked went away, and what lets it come.</returns>
    private static (Task IsLeft, TaskCompletionSource GoOn) Stall(CacheServer server, string name)
    {
        var answer = server.Files[name];
        var isLeft = new TaskCompletionSource();
        var goOn = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        server.Files[name] = async context =>
        {
            try
            {
                await goOn.Task.WaitAsync(context.RequestAborted);
                await answer(context);
            }
            catch (OperationCanceledException)
            {
                isLeft.TrySetResult();
            }
        };
        return (isLeft.Task, goOn);
    }

    private static Task<CoordinatorHost> StartAsync(CacheServer server, bool fallback) =>
        CoordinatorHost.StartAsync(
            substituters: new SubstituterSettings
            {
                Caches = [CacheAddress.Parse(server.Address)],
                Fallback = fallback,
            },
            signing: new SigningSettings { TrustedPublicKeys = [server.Key.PublicKey] }
        );

    private static void Serve(CacheServer server, StorePath path, string name) =>
        server.Add(name, NarTexts.File("fetched"u8.ToArray()), lie: info => info with { Path = path });
}
