using System.Collections.Immutable;
using Farm.Store.Closures;
using Farm.Store.Derivations;
using Farm.Store.Hashing;
using Farm.Store.PathInfos;
using Farm.Store.Paths;
using Farm.Worker.Planning;

namespace Farm.Tests.Worker.Planning;

/// <summary>The sentences; what is refused is compared with real Nix in the conformance suite.</summary>
public sealed class OutputRulesTests
{
    private static readonly StorePath Leaf = StorePath.Parse("3ghsl9sd83mc26i81adpa2fzf3yw4f68-leaf");
    private static readonly StorePath Middle = StorePath.Parse("kqdzbjjg32prxy5hr0s22annyd496xz8-middle");

    [Fact]
    public void Problem_names_output_path_rule_and_what_it_refers_to() =>
        Assert.Equal(
            $"output 'out' at '/nix/store/{BuildRequests.Output}' breaks 'allowedReferences': it is not allowed to refer to /nix/store/{Middle}",
            Problem(new OutputChecks { AllowedReferences = [$"/nix/store/{Leaf}"] })
        );

    [Fact]
    public void Problem_follows_references_through_the_inputs() =>
        Assert.EndsWith(
            $"breaks 'disallowedRequisites': it is not allowed to refer to /nix/store/{Leaf}",
            Problem(new OutputChecks { DisallowedRequisites = [$"/nix/store/{Leaf}"] }),
            StringComparison.Ordinal
        );

    [Fact]
    public void Problem_names_size_and_limit() =>
        Assert.EndsWith(
            "breaks 'maxClosureSize': it has 600 bytes, and 599 is the limit",
            Problem(new OutputChecks { MaxSizeBytes = 300, MaxClosureSizeBytes = 599 }),
            StringComparison.Ordinal
        );

    [Fact]
    public void Problem_names_what_is_neither_path_nor_output() =>
        Assert.EndsWith(
            "cannot be checked: 'lib' in 'disallowedReferences' is neither a store path nor an output of the derivation",
            Problem(new OutputChecks { DisallowedReferences = ["lib"] }),
            StringComparison.Ordinal
        );

    [Fact]
    public void Problem_is_none_where_all_rules_are_kept() =>
        Assert.Null(
            Problem(
                new OutputChecks
                {
                    MaxSizeBytes = 300,
                    MaxClosureSizeBytes = 600,
                    AllowedReferences = [$"/nix/store/{Middle}"],
                    AllowedRequisites = ["out", $"/nix/store/{Middle}", $"/nix/store/{Leaf}"],
                    DisallowedReferences = [$"/nix/store/{Leaf}"],
                }
            )
        );

    private static string? Problem(OutputChecks checks)
    {
        var options = new DerivationOptions
        {
            ChecksByOutput = ImmutableSortedDictionary.Create<string, OutputChecks>().Add("out", checks),
        };
        var made = ImmutableSortedDictionary
            .Create<string, PathInfo>()
            .Add("out", Info(BuildRequests.Output, 300, Middle));
        var inputs = new ReferenceGraph([Info(Middle, 200, Leaf), Info(Leaf, 100)]);
        return new OutputRules(options, made, inputs, StoreDir.Default).Problem();
    }

    private static PathInfo Info(StorePath path, long size, params StorePath[] references) =>
        new()
        {
            Path = path,
            NarHash = Sha256Digest.Zero,
            NarSizeBytes = size,
            References = [.. references],
        };
}
