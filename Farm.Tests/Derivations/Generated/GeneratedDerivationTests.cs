using Farm.Derivations;
using Farm.Derivations.Writing;
using Farm.Tests.Support;

namespace Farm.Tests.Derivations.Generated;

public sealed class GeneratedDerivationTests
{
    private const int Seed = 20_061;
    private const int Count = 200;

    [RequiresNixFact]
    public async Task Two_hundred_generated_derivations_are_byte_for_byte_and_path_for_path_those_that_Nix_makes()
    {
        using var directory = new TemporaryDirectory();
        using var nix = new RealNix();
        var generator = await GenerateAsync(directory);
        var expression = directory.File("generated.nix");
        await File.WriteAllTextAsync(expression, generator.Expression);

        var paths = await nix.InstantiateAsync(
            expression,
            ["--option", "experimental-features", "ca-derivations impure-derivations"],
            CancellationToken.None
        );

        Assert.Equal(Count, generator.Made.Count);
        var byPath = generator.Made.ToDictionary(made => made.Derivation.File.Path);
        // First what differs in no more than its own attributes, so that a fault shows where it is.
        foreach (var (name, derivation) in generator.Made)
        {
            var file = nix.Physical(derivation.File.Path);
            Assert.True(File.Exists(file), $"Nix has no {name}; here it is {derivation.File.Contents}");
            Assert.Equal(await File.ReadAllBytesAsync(file), derivation.File.Contents.Span.ToArray());
        }
        Assert.Equal(paths.Order(), generator.Made.Select(made => made.Derivation.File.Path).Order());

        // What Nix added beside the derivations, sources and texts, is what they would be written with.
        var sink = new DirectorySink(directory.File("written"));
        var report = await ObjectWriter.WriteAsync(
            generator.Made.Select(made => made.Derivation),
            sink,
            CancellationToken.None
        );
        var inNix = Directory.EnumerateFileSystemEntries(Path.Combine(nix.Root, "nix/store")).Select(Path.GetFileName);
        Assert.Empty(report.Added.Select(path => path.ToString()).Except(inNix!));
        Assert.True(report.Added.Length > Count);
    }

    private static async Task<DerivationGenerator> GenerateAsync(TemporaryDirectory directory)
    {
        await File.WriteAllTextAsync(directory.File("src.txt"), "hello source\n");
        Directory.CreateDirectory(directory.File("tree/sub"));
        await File.WriteAllTextAsync(directory.File("tree/a"), "a");
        await File.WriteAllTextAsync(directory.File("tree/sub/run"), "#!/bin/sh\n");
        File.SetUnixFileMode(
            directory.File("tree/sub/run"),
            UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute
        );
        File.CreateSymbolicLink(directory.File("tree/sub/link"), "../a");
        var generator = new DerivationGenerator(Seed);
        var file = await Source.FromAsync(directory.File("src.txt"));
        var tree = await Source.FromAsync(directory.File("tree"));
        generator.AddSource("src", directory.File("src.txt"), file);
        generator.AddSource("tree", directory.File("tree"), tree);
        generator.AddText("note");
        generator.AddText("noteOfAll", ("src", file), ("tree", tree));
        for (var number = 0; number < Count; number++)
            generator.AddDerivation(number);
        return generator;
    }
}
