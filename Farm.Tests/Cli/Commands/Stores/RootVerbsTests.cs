using Farm.Tests.Support;

namespace Farm.Tests.Cli.Commands.Stores;

/// <summary>Verbs about roots and profiles, with the real Nix on the same store.</summary>
public sealed class RootVerbsTests : IDisposable
{
    private readonly StoreProgram _program = new();

    [RequiresNixFact]
    public async Task Roots_are_made_listed_and_deleted_as_nix_store_sees_them()
    {
        var library = await _program.AddTextAsync("library", "a");
        var program = await _program.AddTextAsync("program", "b", library);
        var result = _program.Work("result");
        var kept = _program.Root + "/nix/var/nix/gcroots/releases/one";

        Assert.Equal(result + "\n", await _program.DoneAsync("add-root", program, result));
        Assert.Equal(kept + "\n", await _program.DoneAsync("add-root", "--permanent", library, "releases/one"));
        string[] lines = [$"{result} -> {program}", $"{kept} -> {library}"];
        var expected = string.Concat(lines.Order(StringComparer.Ordinal).Select(line => line + "\n"));
        Assert.Equal(expected, await _program.DoneAsync("roots", "--no-runtime"));
        Assert.Equal(expected, await _program.NixStoreAsync("--gc", "--print-roots"));

        var json = (await _program.JsonAsync("roots", "--no-runtime")).EnumerateArray().ToList();
        Assert.Equal(
            ["Indirect", "Permanent"],
            json.Select(root => root.GetProperty("kind").GetString()).Order(StringComparer.Ordinal)
        );
        await _program.DoneAsync("add-root", library, result);
        Assert.Equal(library, new FileInfo(result).LinkTarget);

        await _program.RefusedAsync("is no root of this store", "delete-root", _program.Work("other"));
        await _program.RefusedAsync("is no name of a permanent root", "add-root", "--permanent", library, "../x");
        await _program.DoneAsync("delete-root", result, kept);
        Assert.Equal("", await _program.DoneAsync("roots", "--no-runtime"));
        Assert.Equal("", await _program.NixStoreAsync("--gc", "--print-roots"));
    }

    [RequiresNixFact]
    public async Task Profiles_have_the_generations_that_nix_env_lists()
    {
        var paths = new List<string>();
        for (var i = 0; i < 4; i++)
        {
            paths.Add(await _program.AddTextAsync($"system-{i}", $"{i}"));
            await _program.DoneAsync("profile", "set", "system", paths[i]);
        }
        var profile = _program.Root + "/nix/var/nix/profiles/system";
        await AgreesAsync(profile, generations: 4);
        Assert.Contains("   3   ", await _program.DoneAsync("profile", "rollback", "system"), StringComparison.Ordinal);
        await AgreesAsync(profile, generations: 4);
        Assert.Contains(
            "(current)",
            await _program.DoneAsync("profile", "rollback", profile, "--to", "4"),
            StringComparison.Ordinal
        );
        var deleted = await _program.JsonAsync("profile", "delete-generations", "system", "1", "2");
        Assert.Equal([1, 2], deleted.EnumerateArray().Select(one => one.GetProperty("number").GetInt32()));
        await AgreesAsync(profile, generations: 2);
        await _program.RefusedAsync("delete-generations", "delete-root", profile + "-3-link");
        await _program.RefusedAsync("'x' names no generation", "profile", "delete-generations", "system", "x");
        Assert.Equal("", await _program.DoneAsync("profile", "wipe-history", "system", "--older-than", "1d"));
        await _program.RefusedAsync("'1' is no age", "profile", "wipe-history", "system", "--older-than", "1");
        await _program.DoneAsync("profile", "wipe-history", "system");
        await AgreesAsync(profile, generations: 1);
        var last = (await _program.JsonAsync("profile", "list", "system"))[0];
        Assert.Equal(
            (paths[3], true),
            (last.GetProperty("path").GetString(), last.GetProperty("isCurrent").GetBoolean())
        );
    }

    public void Dispose() => _program.Dispose();

    private async Task AgreesAsync(string profile, int generations)
    {
        using var nix = RealNix.OnStoreAt(_program.Root);
        var theirs = await nix.RunAsync("nix-env", ["-p", profile, "--list-generations"], default);
        Assert.Equal(theirs, await _program.DoneAsync("profile", "list", "system"));
        Assert.Equal(generations, theirs.Count(c => c == '\n'));
    }
}
