using System.Text.Json.Nodes;
using Farm.Derivations;
using Farm.Derivations.Importing;
using Farm.Store.Paths;
using Farm.Tests.Store.Derivations;
using Farm.Tests.Support;

namespace Farm.Tests.Derivations.Importing;

public sealed class ImportTests
{
    private const string Features = "ca-derivations impure-derivations";

    /// <summary>What Nix tells of each imported derivation, contexts included, and of one derivation made of all of them.</summary>
    private const string Expression = """
        paths:
        let
          text = s: { text = builtins.unsafeDiscardStringContext s; context = builtins.getContext s; };
          # Each output is told once more by way of every other, but not without end.
          tell = depth: d: {
            names = builtins.attrNames d;
            inherit (d) type;
            name = text d.name;
            outputName = text d.outputName;
            drvPath = text d.drvPath;
            # Not by its own name, by which the set would stand for it in JSON.
            toOutPath = text d.outPath;
            all = map (o: text o.outPath) d.all;
            outputs = if depth == 0 then { } else
              builtins.listToAttrs (map (o: { name = o.outputName; value = tell (depth - 1) o; }) d.all);
          };
          # Without a context, or Nix 2.8 takes the file below the root for an expression.
          imported = map import paths;
          next = d: derivation {
            name = "next"; system = "x86_64-linux"; builder = "/bin/sh";
            inherit d; all = d.all; path = d.drvPath; shallow = builtins.unsafeDiscardOutputDependency d.drvPath;
          };
        in map (d: { told = tell 2 d; next = text (next d).drvPath; nextOut = text (next d).outPath; }) imported
        """;

    [RequiresNixFact]
    public async Task Imported_vectors_have_the_attributes_and_contexts_that_Nix_gives_them_and_serve_as_inputs()
    {
        using var directory = new TemporaryDirectory();
        using var nix = new RealNix();
        var file = await VectorSources.FileAsync(directory);
        var tree = await VectorSources.TreeAsync(directory);
        await StoreWriting.ToNixAsync(nix, VectorDerivations.All(file, tree));

        await CompareAsync(nix, directory, [.. RealDerivations.Files.Select(name => StorePath.Parse(name))]);
    }

    [DemoSourcesFact]
    public async Task Imported_derivations_of_the_demo_have_the_attributes_and_contexts_that_Nix_gives_them()
    {
        using var directory = new TemporaryDirectory();
        using var nix = new RealNix();
        var roots = await nix.InstantiateAsync(
            Path.Combine(Conventions.SourceTree.Root, "examples/demo/default.nix"),
            ["--argstr", "sources", DemoSourcesFactAttribute.Directory],
            CancellationToken.None
        );
        var closure = await nix.RequisitesAsync([.. roots], CancellationToken.None);

        await CompareAsync(nix, directory, [.. closure.Where(path => path.IsDerivation)]);
    }

    private static async Task CompareAsync(RealNix nix, TemporaryDirectory directory, StorePath[] paths)
    {
        Assert.NotEmpty(paths);
        var list = string.Join(' ', paths.Select(path => $"\"{StoreDir.Default.Print(path)}\""));
        var expression = directory.File("import.nix");
        await File.WriteAllTextAsync(expression, $"({Expression}) [ {list} ]");
        var answer = await nix.RunAsync(
            "nix-instantiate",
            [
                "--eval",
                "--strict",
                "--json",
                "--read-write-mode",
                "--option",
                "experimental-features",
                Features,
                expression,
            ],
            CancellationToken.None
        );
        var expected = JsonNode.Parse(answer)!.AsArray();
        using var source = NixStoreSource.TryOpen(nix.Root, StoreDir.Default);
        Assert.NotNull(source);
        var importer = new DerivationImporter(source);

        for (var i = 0; i < paths.Length; i++)
        {
            var derivation = await importer.ImportAsync(paths[i], CancellationToken.None);
            var next = Next(derivation);
            var found = new JsonObject
            {
                ["told"] = Tell(derivation, 2),
                ["next"] = Text(next.DrvPath),
                ["nextOut"] = Text(next.OutPath),
            };
            // Both as text, so that a difference is shown where it is.
            Assert.Equal(Ordered(expected[i]!).ToJsonString(), Ordered(found).ToJsonString());
        }
    }

    private static JsonNode Ordered(JsonNode node) =>
        node switch
        {
            JsonObject set => new JsonObject(
                set.OrderBy(entry => entry.Key, StringComparer.Ordinal)
                    .Select(entry => KeyValuePair.Create(entry.Key, (JsonNode?)Ordered(entry.Value!)))
            ),
            JsonArray list => new JsonArray([.. list.Select(item => Ordered(item!))]),
            _ => node.DeepClone(),
        };

    private static Derivation Next(Derivation derivation) =>
        Derivation.FromAttributes(
            new()
            {
                ["name"] = "next",
                ["system"] = "x86_64-linux",
                ["builder"] = "/bin/sh",
                ["d"] = derivation,
                ["all"] = NixValue.List([.. derivation.All.Select(output => (NixValue)output)]),
                ["path"] = derivation.DrvPath,
                ["shallow"] = derivation.DrvPath.UnsafeDiscardOutputDependency(),
            }
        );

    private static JsonObject Tell(Derivation derivation, int depth) =>
        new()
        {
            ["names"] = new JsonArray([.. derivation.AttributeNames.Select(name => JsonValue.Create(name))]),
            ["type"] = derivation.Type,
            ["name"] = Text(derivation.Name),
            ["outputName"] = Text(derivation.OutputName),
            ["drvPath"] = Text(derivation.DrvPath),
            ["toOutPath"] = Text(derivation.OutPath),
            ["all"] = new JsonArray([.. derivation.All.Select(output => Text(output.OutPath))]),
            ["outputs"] =
                depth == 0
                    ? []
                    : new JsonObject(
                        derivation.All.Select(output =>
                            KeyValuePair.Create(output.OutputName, (JsonNode?)Tell(output, depth - 1))
                        )
                    ),
        };

    private static JsonObject Text(NixString text) =>
        new() { ["text"] = text.UnsafeDiscardContext(), ["context"] = text.Context.ToJson() };
}
