using Farm.Fuzz.Engine;
using Farm.Fuzz.Targets;

namespace Farm.Tests.Fuzz;

public sealed class CorpusTests
{
    public static TheoryData<string> Targets => [.. AllTargets.Names];

    /// <summary>Inputs that once showed a defect are in the corpora, so this is also the test of each.</summary>
    [Theory]
    [MemberData(nameof(Targets))]
    public async Task The_laws_hold_for_the_corpus_and_for_mutations_of_it(string name)
    {
        var target = AllTargets.Find(name)!;
        var fuzzer = new Fuzzer(target, seed: 1);
        var corpus = Corpus.Load(name);
        Assert.NotEmpty(corpus);
        await fuzzer.ReplayAsync(corpus);
        await fuzzer.RunAsync(() => fuzzer.Count < corpus.Count + target.TestedMutations);
        await target.EndAsync();
        Assert.Empty(fuzzer.Findings.Select(finding => $"{finding.Details}\n{Convert.ToHexString(finding.Input)}"));
    }

    [Fact]
    public void A_seed_tells_the_run()
    {
        var target = AllTargets.Find("nar")!;
        var corpus = Corpus.Load("nar");
        IEnumerable<byte[]> Run(int seed)
        {
            var mutator = new Mutator(target, new Random(seed));
            return [.. Enumerable.Range(0, 50).Select(_ => mutator.Next(corpus))];
        }
        Assert.Equal(Run(7), Run(7));
        Assert.NotEqual(Run(7), Run(8));
    }
}
