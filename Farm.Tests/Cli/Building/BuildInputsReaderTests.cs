using Farm.Cli;
using Farm.Cli.Building;
using Farm.Store.Hashing;
using Farm.Store.Local;
using Farm.Store.Paths;
using Farm.Tests.Conventions;
using Farm.Tests.Support;

namespace Farm.Tests.Cli.Building;

/// <summary>Derivations and sources read from a store that the real Nix made.</summary>
public sealed class BuildInputsReaderTests(RealNix nix) : IClassFixture<RealNix>
{
    private static readonly string Small = Path.Combine(SourceTree.Root, "examples", "small");

    [RequiresNixFact]
    public async Task The_closure_is_the_one_that_Nix_tells()
    {
        var roots = await InstantiateAsync();
        var told = await nix.RequisitesAsync(roots, CancellationToken.None);
        var inputs = Read([.. roots.Select(nix.StoreDir.Print)], nix.Root);
        Assert.Equal(told.Order(), inputs.Paths.Select(path => path.Info.Path).Order());
    }

    [RequiresNixFact]
    public async Task Each_path_comes_after_all_that_it_refers_to()
    {
        var inputs = Read([.. (await InstantiateAsync()).Select(nix.StoreDir.Print)], nix.Root);
        var seen = new HashSet<StorePath>();
        foreach (var path in inputs.Paths)
        {
            Assert.Subset(seen, path.Info.References.ToHashSet());
            seen.Add(path.Info.Path);
        }
    }

    [RequiresNixFact]
    public async Task Archives_of_what_is_sent_have_the_hashes_that_Nix_registered()
    {
        foreach (var path in Read([.. (await InstantiateAsync()).Select(nix.StoreDir.Print)], nix.Root).Paths)
        {
            using var nar = new MemoryStream();
            await NarDump.WriteAsync(Assert.IsType<SourcePath.Stored>(path).Files, nar, CancellationToken.None);
            Assert.Equal(path.Info.NarSizeBytes, nar.Length);
            Assert.Equal(path.Info.NarHash, Sha256Digest.Compute(nar.GetBuffer().AsSpan(0, (int)nar.Length)));
        }
    }

    [RequiresNixFact]
    public async Task A_physical_path_tells_its_root_by_itself()
    {
        var root = (await InstantiateAsync())[0];
        var inputs = Read([nix.Physical(root)], from: null);
        Assert.Equal(root, Assert.Single(inputs.Targets).DrvPath);
        Assert.NotEmpty(inputs.Paths);
    }

    [RequiresNixFact]
    public async Task A_derivation_outside_of_any_store_gets_the_path_that_it_has_in_one()
    {
        var root = (await InstantiateAsync())[0];
        var directory = Directory.CreateTempSubdirectory("farm-loose-");
        try
        {
            var file = Path.Combine(directory.FullName, root.Name);
            File.WriteAllBytes(file, await File.ReadAllBytesAsync(nix.Physical(root)));
            var inputs = Read([file], nix.Root);
            Assert.Equal(root, Assert.Single(inputs.Targets).DrvPath);
            var loose = Assert.IsType<SourcePath.InMemory>(inputs.Paths[^1]);
            var stored = Read([nix.StoreDir.Print(root)], nix.Root).Paths[^1];
            Assert.Equal(stored.Info.NarHash, loose.Info.NarHash);
            Assert.Equal(stored.Info.References, loose.Info.References);
        }
        finally
        {
            directory.Delete(recursive: true);
        }
    }

    [RequiresNixFact]
    public async Task The_same_derivation_twice_is_one_target_with_both_selections()
    {
        var path = nix.StoreDir.Print((await InstantiateAsync())[0]);
        var target = Assert.Single(Read([$"{path}^out", $"{path}^out"], nix.Root).Targets);
        Assert.Equal(["out"], target.Outputs.AsEnumerable());
    }

    [RequiresNixFact]
    public async Task A_derivation_of_another_store_is_refused_by_name()
    {
        await InstantiateAsync();
        const string Absent = "/nix/store/3ghsl9sd83mc26i81adpa2fzf3yw4f68-absent.drv";
        var error = Assert.Throws<CommandException>(() => Read([Absent], nix.Root));
        Assert.StartsWith(
            $"The path '{Absent}' is not valid in the Nix store below '{nix.Root}'",
            error.Message,
            StringComparison.Ordinal
        );
    }

    [RequiresNixFact]
    public async Task Reading_leaves_the_store_as_it_was()
    {
        var roots = await InstantiateAsync();
        var before = Files();
        Read([.. roots.Select(nix.StoreDir.Print)], nix.Root);
        Assert.Equal(before, Files());
    }

    private Task<System.Collections.Immutable.ImmutableArray<StorePath>> InstantiateAsync() =>
        nix.InstantiateAsync(Small, [], CancellationToken.None);

    private BuildInputs Read(IReadOnlyList<string> arguments, string? from)
    {
        using var reader = new BuildInputsReader(nix.StoreDir, from);
        return reader.Read([.. arguments.Select(DerivationArgument.Parse)]);
    }

    private string[] Files() =>
        [.. Directory.GetFiles(Path.Combine(nix.Root, "nix/var/nix/db")).Order(StringComparer.Ordinal)];
}
