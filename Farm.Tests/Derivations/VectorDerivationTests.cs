using Farm.Tests.Support;

namespace Farm.Tests.Derivations;

public sealed class VectorDerivationTests
{
    [Fact]
    public async Task Every_derivation_of_the_vectors_comes_out_with_the_same_path_and_bytes()
    {
        using var directory = new TemporaryDirectory();
        var tree = await VectorSources.TreeAsync(directory);
        var file = await VectorSources.FileAsync(directory);
        var vectors = Directory
            .EnumerateFiles(Vectors.Path("drv"), "*.drv")
            .ToDictionary(path => Path.GetFileName(path), File.ReadAllBytes);

        var made = VectorDerivations.All(file, tree).ToArray();

        Assert.Empty(vectors.Keys.Except(made.Select(derivation => derivation.File.Path.ToString())));
        foreach (var derivation in made)
            Assert.Equal(vectors[derivation.File.Path.ToString()], derivation.File.Contents.Span.ToArray());
    }
}
