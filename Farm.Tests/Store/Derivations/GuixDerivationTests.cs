using System.Collections.Immutable;
using System.Text;
using Farm.Store;
using Farm.Store.Derivations;
using Farm.Store.Hashing;
using Farm.Store.Paths;
using Farm.Tests.Support;

namespace Farm.Tests.Store.Derivations;

/// <summary>Guix writes derivations and paths as Nix does, below a store directory of its own.</summary>
public sealed class GuixDerivationTests
{
    private const string Text =
        """Derive([("out","/gnu/store/5pnlb4a8bbr9ydn0lz2xf8mk3dmvrqzg-hello-2.12","","")],[("/gnu/store/2x4q8l2kn2wlxx3gij9p3v2jzhcn70jy-guile-3.0.9.drv",["out"])],["/gnu/store/1mm6c8dkqkvqdhvfq5y3sd5zkqwvpiqf-hello-2.12-builder"],"x86_64-linux","/gnu/store/p1lc7kcs3hpcrxxq7k3y3bkrq0iwfnsm-guile-3.0.9/bin/guile",["--no-auto-compile","/gnu/store/1mm6c8dkqkvqdhvfq5y3sd5zkqwvpiqf-hello-2.12-builder"],[("out","/gnu/store/5pnlb4a8bbr9ydn0lz2xf8mk3dmvrqzg-hello-2.12")])""";

    private static readonly StoreDir Guix = StoreDir.Parse("/gnu/store");
    private static readonly StorePath Drv = StorePath.Parse("00000000000000000000000000000000-hello-2.12.drv");

    [Fact]
    public void A_derivation_of_guix_is_read_and_printed_to_the_same_bytes()
    {
        var derivation = DerivationParser.Parse(Guix, Drv, Encoding.UTF8.GetBytes(Text));
        Assert.Equal("hello-2.12", derivation.Outputs["out"].KnownPath?.Name);
        Assert.Equal("guile-3.0.9.drv", derivation.InputDerivations.Keys.Single().Name);
        Assert.Equal(Text, Encoding.UTF8.GetString(DerivationPrinter.Print(Guix, derivation)));
    }

    [Fact]
    public void It_is_no_derivation_of_nix() =>
        Assert.Throws<NixFormatException>(() =>
            DerivationParser.Parse(StoreDir.Default, Drv, Encoding.UTF8.GetBytes(Text))
        );

    [RequiresNixFact]
    public async Task Paths_follow_from_the_store_directory_as_real_nix_has_them()
    {
        const string expression = """
            let input = derivation { name = "input"; system = "x86_64-linux"; builder = "/bin/sh"; outputs = [ "out" "lib" ]; };
            in derivation {
              name = "main"; system = "x86_64-linux"; builder = "/bin/sh"; args = [ "${input.lib}" ];
              text = builtins.toFile "text" "of ${builtins.toFile "other" "words"}";
              fixed = derivation {
                name = "fixed"; system = "x86_64-linux"; builder = "/bin/sh"; outputHashMode = "recursive";
                outputHash = "sha256-AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=";
              };
            }
            """;
        using var nix = new RealNix();
        var environment = new Dictionary<string, string> { ["NIX_STORE_DIR"] = Guix.Text };
        var (exit, output, error) = await nix.TryRunAsync(
            "nix-instantiate",
            ["--expr", expression],
            environment,
            CancellationToken.None
        );
        Assert.True(exit == 0, error);
        var main = Guix.ParsePath(output.Trim());
        Assert.Equal(main, DerivationPrinter.PathOf(Guix, Read(main)));
        var hashes = new DerivationHashes(Guix, Read);
        var derivation = Read(main);
        Assert.Equal(derivation.Outputs["out"].KnownPath, OutputPaths.Compute(Guix, derivation, hashes.Of)?["out"]);
        var input = Read(derivation.InputDerivations.Keys.Single(path => path.Name == "input.drv"));
        Assert.Equal(input.Outputs["lib"].KnownPath, OutputPaths.Compute(Guix, input, hashes.Of)?["lib"]);
        var other = PathOf("other", "words", []);
        Assert.Contains(PathOf("text", $"of {Guix.Print(other)}", [other]), derivation.InputSources);

        Derivation Read(StorePath path) =>
            DerivationParser.Parse(Guix, path, File.ReadAllBytes($"{nix.Root}/nix/store/{path}"));
    }

    private static StorePath PathOf(string name, string text, ImmutableSortedSet<StorePath> references) =>
        StorePathMaker.Text(
            Guix,
            StorePathName.Parse(name),
            Sha256Digest.Compute(Encoding.UTF8.GetBytes(text)),
            references
        );
}
