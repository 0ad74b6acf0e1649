using Farm.Store.Local;

namespace Farm.Benchmarks.Measuring;

/// <summary>A closed store without links and immutable bits, from which each run gets a copy of its own.</summary>
/// <param name="work">Where the copies are.</param>
/// <param name="name">The template's own name there.</param>
internal sealed class StoreTemplate(WorkFolder work, string name)
{
    private const string Copy = "copy";

    /// <summary>The template's physical root.</summary>
    public string Root => work.Path(name);

    /// <summary>Farm's work on a store that is open.</summary>
    public Contender Opened(ImmutableBit immutable, Func<LocalStore, CancellationToken, Task> run) =>
        Copied(
            immutable == ImmutableBit.On,
            async (root, ct) =>
            {
                await using var opened = await OpenStore.OpenAsync(root, immutable, optimise: false, ct);
                return await Contender.TimeAsync(() => run(opened.Store, ct));
            }
        );

    /// <summary>A program's work, from its start to its end.</summary>
    /// <param name="arguments">By the store's physical root.</param>
    public Contender Process(string program, Func<string, IReadOnlyList<string>> arguments) =>
        Copied(false, (root, ct) => Contender.TimeAsync(() => ChildProcess.RunAsync(program, arguments(root), ct)));

    /// <summary>Work on the files alone.</summary>
    /// <param name="run">Given the physical store directory.</param>
    public Contender Files(Func<string, Task> run) =>
        Copied(false, (root, _) => Contender.TimeAsync(() => run(root + "/nix/store")));

    private Contender Copied(bool isImmutable, Func<string, CancellationToken, Task<TimeSpan>> run) =>
        new(
            async (_, ct) =>
            {
                var root = work.Path(Copy);
                await ChildProcess.RunAsync("cp", ["-a", Root, root], ct);
                if (isImmutable)
                    await ChildProcess.RunAsync(
                        "sh",
                        ["-c", "for path in \"$0\"/nix/store/*; do chattr -R +i \"$path\" || exit; done", root],
                        ct
                    );
                var took = await run(root, ct);
                await work.RemoveAsync(Copy, ct);
                return took;
            }
        );
}
