using System.Collections.Immutable;
using Farm.Store;
using Farm.Store.Closures;
using Farm.Store.Hashing;
using Farm.Store.PathInfos;
using Farm.Store.Paths;
using Farm.Worker.Planning;

namespace Farm.Tests.Worker.Planning;

/// <summary>What real Nix does is in the conformance suite; here is where Farm asks for more.</summary>
public sealed class InputGraphTests
{
    private static readonly StorePath Drv = StorePath.Parse("3ghsl9sd83mc26i81adpa2fzf3yw4f68-simple.drv");
    private static readonly StorePath Out = StorePath.Parse("94f9f6i31zwzwbf0kclq1naqxxi4c7v9-simple");

    [Fact]
    public void Export_brings_the_outputs_of_derivations() =>
        Assert.Equal([Drv, Out], Export(Graph(Out, Drv, Out)).Order());

    [Fact]
    public void Export_refuses_an_output_that_is_no_input() =>
        Assert.Contains(
            $"'/nix/store/{Out}', which is not in the input closure",
            Assert.Throws<NixFormatException>(() => Export(Graph(Out, Drv))).Message,
            StringComparison.Ordinal
        );

    [Fact]
    public void Export_refuses_an_output_without_a_path() =>
        Assert.Contains(
            $"'/nix/store/{Drv}', whose outputs have no path",
            Assert.Throws<NixFormatException>(() => Export(Graph(null, Drv))).Message,
            StringComparison.Ordinal
        );

    private static IEnumerable<StorePath> Export(InputGraph graph) =>
        graph.Export([$"/nix/store/{Drv}"], StoreDir.Default).Infos.Select(info => info.Path);

    private static InputGraph Graph(StorePath? output, params StorePath[] valid) =>
        new(
            new ReferenceGraph(
                valid.Select(path => new PathInfo
                {
                    Path = path,
                    NarHash = Sha256Digest.Zero,
                    NarSizeBytes = 1,
                })
            ),
            ImmutableDictionary<StorePath, ImmutableArray<StorePath?>>.Empty.Add(Drv, [output])
        );
}
