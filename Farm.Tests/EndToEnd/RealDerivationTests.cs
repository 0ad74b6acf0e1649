using Farm.Store.Derivations;
using Farm.Store.Hashing;
using Farm.Store.Paths;
using Farm.Tests.Conventions;
using Farm.Tests.Support;

namespace Farm.Tests.EndToEnd;

/// <summary>Derivations that the real Nix makes of our examples, read and computed again by us.</summary>
public sealed class RealDerivationTests(RealNix nix) : IClassFixture<RealNix>
{
    private static readonly string Examples = Path.Combine(SourceTree.Root, "examples");

    [RequiresNixFact]
    public async Task Small_example_is_printed_as_it_was_parsed()
    {
        var derivations = await SmallAsync();
        Assert.Equal(7, derivations.Count);
        AssertPrintedAsParsed(derivations);
    }

    [RequiresNixFact]
    public async Task Small_example_gets_the_output_paths_that_nix_gave_it() =>
        AssertSameOutputPaths(await SmallAsync());

    [RequiresNixFact]
    public async Task Small_example_is_itself_at_the_paths_that_nix_put_it() => AssertSameDrvPaths(await SmallAsync());

    [RequiresNixFact]
    public async Task Another_salt_gives_the_small_example_other_output_paths()
    {
        var plain = await SmallAsync();
        var salted = await SmallAsync("--argstr", "salt", "another");
        Assert.Empty(plain.Keys.Intersect(salted.Keys));
        Assert.Empty(Outputs(plain).Intersect(Outputs(salted)));
    }

    [DemoSourcesFact]
    public async Task Demo_is_printed_as_it_was_parsed()
    {
        var derivations = await DemoAsync();
        Assert.True(derivations.Count >= 12, $"The demo has only {derivations.Count} derivations.");
        AssertPrintedAsParsed(derivations);
    }

    [DemoSourcesFact]
    public async Task Demo_gets_the_output_paths_that_nix_gave_it() => AssertSameOutputPaths(await DemoAsync());

    [DemoSourcesFact]
    public async Task Demo_is_itself_at_the_paths_that_nix_put_it() => AssertSameDrvPaths(await DemoAsync());

    [DemoSourcesFact]
    public async Task Demo_fetches_nothing_itself() =>
        Assert.All(
            (await DemoAsync()).Values,
            text => Assert.Equal(DerivationType.InputAddressed, text.Derivation.Type)
        );

    private Task<Dictionary<StorePath, Text>> SmallAsync(params string[] arguments) => ClosureAsync("small", arguments);

    private Task<Dictionary<StorePath, Text>> DemoAsync() =>
        ClosureAsync("demo", ["--argstr", "sources", DemoSourcesFactAttribute.Directory, "-A", "tour"]);

    private async Task<Dictionary<StorePath, Text>> ClosureAsync(string example, string[] arguments)
    {
        var roots = await nix.InstantiateAsync(Path.Combine(Examples, example), arguments, CancellationToken.None);
        var closure = await nix.RequisitesAsync(roots, CancellationToken.None);
        var texts = new Dictionary<StorePath, Text>();
        foreach (var path in closure.Where(path => path.IsDerivation))
        {
            var bytes = await File.ReadAllBytesAsync(nix.Physical(path));
            texts.Add(path, new Text(bytes, DerivationParser.Parse(nix.StoreDir, path, bytes)));
        }
        return texts;
    }

    private void AssertPrintedAsParsed(Dictionary<StorePath, Text> derivations) =>
        Assert.All(
            derivations.Values,
            text => Assert.Equal(text.Bytes, DerivationPrinter.Print(nix.StoreDir, text.Derivation))
        );

    private void AssertSameOutputPaths(Dictionary<StorePath, Text> derivations)
    {
        var hashes = new DerivationHashes(nix.StoreDir, path => derivations[path].Derivation);
        Assert.All(
            derivations.Values,
            text =>
                Assert.Equal(
                    OutputPaths.Known(text.Derivation),
                    OutputPaths.Compute(nix.StoreDir, text.Derivation, hashes.Of)
                )
        );
    }

    private void AssertSameDrvPaths(Dictionary<StorePath, Text> derivations) =>
        Assert.All(
            derivations,
            entry =>
                Assert.Equal(
                    entry.Key,
                    StorePathMaker.Text(
                        nix.StoreDir,
                        StorePathName.Parse(entry.Key.Name),
                        Sha256Digest.Compute(entry.Value.Bytes),
                        entry.Value.Derivation.References
                    )
                )
        );

    private static IEnumerable<StorePath> Outputs(Dictionary<StorePath, Text> derivations) =>
        derivations.Values.SelectMany(text => OutputPaths.Known(text.Derivation).Values);

    private sealed record Text(byte[] Bytes, Derivation Derivation);
}
