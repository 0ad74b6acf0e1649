using System.Net;
using System.Net.Http.Json;
using Farm.Protocol.Api;
using Farm.Store.BinaryCaches;
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
