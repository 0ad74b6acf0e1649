using Farm.Fuzz.Engine;

namespace Farm.Tests.Fuzz.Engine;

public sealed class FuzzerTests
{
    [Fact]
    public async Task An_exception_a_broken_law_and_too_much_memory_are_each_found_once()
    {
        var fuzzer = new Fuzzer(new DefectiveTarget(), seed: 1);
        await fuzzer.RunAsync(() => fuzzer.Count < 2000);
        Assert.Equal(
            [
                "InvalidOperationException in DefectiveTarget.ReadAsync",
                "law: an input is read in bounded memory",
                "law: no question is asked",
            ],
            fuzzer.Findings.Select(finding => finding.Kind).Order(StringComparer.Ordinal)
        );
    }

    [Fact]
    public async Task A_finding_is_made_as_small_as_it_can_be()
    {
        var minimiser = new Minimiser(
            input => Task.FromResult(input.Contains((byte)3) && input.Contains((byte)9)),
            tries: 1000
        );
        Assert.Equal([3, 9], await minimiser.RunAsync([1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11]));
    }
}
