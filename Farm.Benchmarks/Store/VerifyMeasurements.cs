using Farm.Benchmarks.Measuring;
using Farm.Store.Hashing;
using Farm.Store.Integrity;
using Farm.Store.Paths;

namespace Farm.Benchmarks.Store;

/// <summary>Reading a whole store and comparing every hash, against <c>nix-store --verify --check-contents</c> on the same store.</summary>
internal static class VerifyMeasurements
{
    private const int Rounds = 5;

    public static async Task MeasureAsync(BenchmarkRun run, CancellationToken ct)
    {
        await using var work = WorkFolder.Create();
        string[] sources =
        [
            SourceFiles.MakeBigFile(run, work.Path("big")),
            SourceFiles.MakeTree(run, work.Path("small")),
        ];
        await MeasureAsync(run, work, sources, isPlain: true, ct);
        await MeasureAsync(run, work, sources, isPlain: false, ct);
    }

    private static async Task MeasureAsync(
        BenchmarkRun run,
        WorkFolder work,
        string[] sources,
        bool isPlain,
        CancellationToken ct
    )
    {
        var root = work.Path("store");
        var bytes = 0L;
        await using (var opened = await OpenStore.OpenAsync(root, isPlain, ct))
        {
            foreach (var source in sources)
            {
                var name = StorePathName.Parse(Path.GetFileName(source));
                var info = await opened.Store.AddFileTreeAsync(
                    name,
                    source,
                    ContentAddressMethod.Nar,
                    HashAlgorithm.Sha256,
                    ct
                );
                bytes += info.NarSizeBytes;
            }
        }
        var what =
            $"verify a file of {run.Count(SourceFiles.BigFileMiB)} MiB and {run.Count(SourceFiles.SmallFiles)} small ones";
        List<(string, Contender)> farm =
        [
            ($"{what}, {(isPlain ? "plain" : "links and immutable bits")}", Farm(root, isPlain)),
        ];
        if (isPlain && FarmProgram.TryFind() is { } program)
        {
            string[] verify = ["store", "verify", "--check-contents", .. PlainFarm.Options(work, root)];
            farm.Add(
                (
                    $"{what}, plain, whole process",
                    Contender.Timed((_, ct) => ChildProcess.RunAsync(program, verify, ct))
                )
            );
        }
        string[] check = [.. RealNix.Options(root), "--verify", "--check-contents"];
        await run.CompareAsync(
            new Contest
            {
                Rounds = Rounds,
                Farm = farm,
                Nix = Contender.Timed((_, ct) => ChildProcess.RunAsync("nix-store", check, ct)),
                Limit = Limits.Hash(bytes),
            },
            ct
        );
        await work.RemoveAsync("store", ct);
    }

    private static Contender Farm(string root, bool isPlain) =>
        new(
            async (_, ct) =>
            {
                await using var opened = await OpenStore.OpenAsync(root, isPlain, ct);
                VerifyReport? report = null;
                var took = await Contender.TimeAsync(async () =>
                    report = await new StoreVerifier(opened.Store).VerifyAsync(
                        new VerifyOptions(CheckContents: true),
                        null,
                        ct
                    )
                );
                return report is { Findings.IsEmpty: true }
                    ? took
                    : throw new InvalidOperationException($"The verifier found {report?.Findings[0]} in a good store.");
            }
        );
}
