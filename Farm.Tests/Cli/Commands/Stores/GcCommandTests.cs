using System.Text.Json;

namespace Farm.Tests.Cli.Commands.Stores;

public sealed class GcCommandTests : IDisposable
{
    private readonly StoreProgram _farm = new();

    public void Dispose() => _farm.Dispose();

    [Fact]
    public async Task What_is_dead_is_told_and_then_deleted_and_the_roots_keep_the_rest()
    {
        var (kept, dead) = await KeepOneOfTwoAsync();
        Assert.Equal($"{dead}\n", await _farm.DoneAsync("gc", "--print-dead"));
        Assert.Equal($"{dead}\n", await _farm.DoneAsync("gc", "--dry-run"));
        Assert.Equal($"{kept}\n", await _farm.DoneAsync("gc", "--print-live"));
        Assert.Equal($"{_farm.Work("link")} -> {kept}\n", await _farm.DoneAsync("gc", "--print-roots"));
        Assert.True(File.Exists(_farm.Root + dead));
        var told = await _farm.DoneAsync("gc");
        Assert.StartsWith("1 store paths deleted, 4 B freed\n", told, StringComparison.Ordinal);
        Assert.False(File.Exists(_farm.Root + dead));
        Assert.True(File.Exists(_farm.Root + kept));
        Assert.StartsWith("0 store paths deleted, 0 B freed\n", await _farm.DoneAsync("gc"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_documents_for_scripts_say_the_same()
    {
        var (kept, dead) = await KeepOneOfTwoAsync();
        Assert.Equal([dead], Texts(await _farm.JsonAsync("gc", "--print-dead")));
        Assert.Equal([kept], Texts(await _farm.JsonAsync("gc", "--print-live")));
        var root = Assert.Single((await _farm.JsonAsync("gc", "--print-roots")).EnumerateArray());
        Assert.Equal(kept, root.GetProperty("path").GetString());
        var done = await _farm.JsonAsync("gc");
        Assert.Equal(1, done.GetProperty("deletedPaths").GetInt64());
        Assert.Equal(4, done.GetProperty("freedBytes").GetInt64());
        Assert.Equal(1, done.GetProperty("removedLinks").GetInt64());
    }

    [Fact]
    public async Task A_collection_ends_at_its_limit_and_leaves_what_is_younger()
    {
        await _farm.AddTextAsync("one", new string('1', 1000));
        await _farm.AddTextAsync("two", new string('2', 1000));
        Assert.Equal("", await _farm.DoneAsync("gc", "--print-dead", "--older-than", "1h"));
        Assert.Equal(0, (await _farm.JsonAsync("gc", "--older-than", "1h")).GetProperty("deletedPaths").GetInt64());
        Assert.Equal(0, (await _farm.JsonAsync("gc", "--max-freed", "0")).GetProperty("deletedPaths").GetInt64());
        Assert.Equal(1, (await _farm.JsonAsync("gc", "--max-freed", "500")).GetProperty("deletedPaths").GetInt64());
        Assert.Equal(1, (await _farm.JsonAsync("gc")).GetProperty("deletedPaths").GetInt64());
    }

    [Fact]
    public async Task Words_that_make_no_sense_are_refused_and_nothing_is_deleted()
    {
        var (_, dead) = await KeepOneOfTwoAsync();
        await _farm.RefusedAsync("no size", "gc", "--max-freed", "much");
        await _farm.RefusedAsync("no age", "gc", "--older-than", "yesterday");
        await _farm.RefusedAsync("no address", "gc", "--node", "somewhere");
        Assert.True(File.Exists(_farm.Root + dead));
    }

    private async Task<(string Kept, string Dead)> KeepOneOfTwoAsync()
    {
        var kept = await _farm.AddTextAsync("kept", "kept");
        var dead = await _farm.AddTextAsync("dead", "dead");
        await _farm.DoneAsync("add-root", kept, _farm.Work("link"));
        return (kept, dead);
    }

    private static IEnumerable<string?> Texts(JsonElement array) =>
        array.EnumerateArray().Select(text => text.GetString());
}
