using System.Collections.Immutable;
using Farm.Tests.Conformance.Cases;

namespace Farm.Tests.Conformance;

/// <summary>Each attribute that a derivation may have: real Nix 2.8 and Farm build the same <c>.drv</c>, and come to the same
/// contents and references, or to the same kind of failure.</summary>
public sealed class ConformanceTests(ConformanceFixture sides) : IClassFixture<ConformanceFixture>
{
    public static readonly ImmutableSortedDictionary<string, ConformanceCase> Cases = new[]
    {
        EnvironmentCases.All,
        StructuredCases.All,
        OutputCases.All,
        FixedOutputCases.All,
        OptionCases.All,
        GraphCases.All,
        CheckCases.All,
        ContentAddressedCases.All,
        ImpureCases.All,
        BuiltinCases.All,
    }
        .SelectMany(cases => cases)
        .ToImmutableSortedDictionary(one => one.Name, one => one, StringComparer.Ordinal);

    public static TheoryData<string> Names => new(Cases.Keys);

    [ConformanceTheory]
    [MemberData(nameof(Names))]
    public async Task Nix_and_farm_come_to_the_same(string name)
    {
        var one = Cases[name];
        var expected = await sides.Nix.BuildAsync(one, CancellationToken.None);
        var actual = await sides.Farm.BuildAsync(one, sides.Nix.DerivationOf(one), CancellationToken.None);
        var evidence = $"Nix: {expected.Evidence}\nFarm: {actual.Evidence}";
        Assert.True(expected.Ending == one.Ending, $"Nix came to {expected.Ending}\n{evidence}");
        Assert.True(actual.Ending == one.Ending, $"Farm came to {actual.Ending}\n{evidence}");
        var wanted = one.DiscardsReferences ? expected.WithoutReferences : expected.Facts;
        if (!wanted.SequenceEqual(actual.Facts))
        {
            Assert.Fail(
                $"Nix: {string.Join('\n', expected.Facts)}\n{sides.Nix.Contents(expected)}\n"
                    + $"Farm: {string.Join('\n', actual.Facts)}\n{sides.Farm.Contents(actual)}"
            );
        }
    }
}
