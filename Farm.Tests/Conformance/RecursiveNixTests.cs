using Farm.Store.Wire;
using Farm.Tests.Daemon.Support;

namespace Farm.Tests.Conformance;

/// <summary>Derivations that build with Nix themselves: real Nix 2.8 and Farm's daemon build the same <c>.drv</c>, in which the real
/// client finds a daemon, and come to the same.</summary>
public sealed class RecursiveNixTests(RecursiveNixFixture sides) : IClassFixture<RecursiveNixFixture>
{
    public static TheoryData<string> Names => new(RecursiveNixCases.Scripts.Keys.Order(StringComparer.Ordinal));

    [BuildingDaemonTheory]
    [MemberData(nameof(Names))]
    public async Task Nix_and_farm_come_to_the_same(string name)
    {
        var expected = await sides.NixAsync(name);
        var (result, log) = await sides.FarmAsync(name);
        Assert.True(expected.ExitCode == 0, expected.Error);
        Assert.True(result.Status == BuildStatus.Built, $"{result.ErrorMessage}\n{string.Join('\n', log)}");
        var output = result.BuiltOutputs["out"].OutPath;
        var evidence =
            $"Nix:\n{sides.NixContents(output)}\nFarm:\n{sides.FarmContents(output)}\n{string.Join('\n', log)}";
        Assert.True(sides.NixFact(output) == await sides.FarmFactAsync(output), evidence);
    }
}
