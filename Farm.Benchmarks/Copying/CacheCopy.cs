using Farm.Benchmarks.Measuring;
using Farm.Store;
using Farm.Store.BinaryCaches;
using Farm.Store.Copying;
using Farm.Store.Local;
using Farm.Store.Paths;

namespace Farm.Benchmarks.Copying;

/// <summary>The ways to copy one closure to a new binary cache, or from one to a new store.</summary>
/// <param name="Work">Where both are made.</param>
/// <param name="Store">Has the closure.</param>
/// <param name="Top">Needs all of it.</param>
/// <param name="Count">Paths in it.</param>
internal sealed record CacheCopy(WorkFolder Work, LocalStore Store, StorePath Top, int Count)
{
    /// <summary>Another store in the work folder that has the closure, for the program to copy from.</summary>
    public const string StoreOfProgram = "store-of-program";

    private const string NewCache = "new-cache";
    private const string NewStore = "new-store";

    /// <summary>Makes a cache that stays.</summary>
    public Task FillAsync(string folder, string compression, CancellationToken ct) =>
        CopyToAsync($"file://{folder}?compression={compression}", ct);

    /// <param name="server">That takes files into the work folder; null for the folder itself.</param>
    public IReadOnlyList<(string, Contender)> To(string what, string compression, string? server)
    {
        var address = NewAddress(compression, server);
        List<(string, Contender)> ways = [(what, Into(NewCache, ct => CopyToAsync(address, ct)))];
        if (FarmProgram.TryFind() is { } farm)
            ways.Add(
                (
                    $"{what}, whole process",
                    Into(NewCache, ct => RunAsync(farm, Work.Path(StoreOfProgram), "--to", address, ct))
                )
            );
        return ways;
    }

    public Contender NixTo(string compression, string? server) =>
        Into(NewCache, ct => NixCopy.ToAsync(Work, Store.Layout.Root, NewAddress(compression, server), Top, ct));

    public IReadOnlyList<(string, Contender)> From(string what, string address)
    {
        List<(string, Contender)> ways = [(what, IntoOpened((store, ct) => CopyFromAsync(address, store, ct)))];
        if (FarmProgram.TryFind() is { } farm)
            ways.Add(
                (
                    $"{what}, whole process",
                    Into(NewStore, ct => RunAsync(farm, Work.Path(NewStore), "--from", address, ct))
                )
            );
        return ways;
    }

    public Contender NixFrom(string address) =>
        Into(NewStore, ct => NixCopy.FromAsync(Work, address, Work.Path(NewStore), Top, ct));

    private string NewAddress(string compression, string? server) =>
        $"{server ?? $"file://{Work.FullPath}"}/{NewCache}?compression={compression}";

    /// <summary>Work that makes files below a name.</summary>
    private Contender Into(string name, Func<CancellationToken, Task> run) =>
        new(
            async (_, ct) =>
            {
                Directory.CreateDirectory(Work.Path(name));
                var took = await Contender.TimeAsync(() => run(ct));
                await Work.RemoveAsync(name, ct);
                await Work.RemoveAsync("nix-cache", ct);
                return took;
            }
        );

    private Contender IntoOpened(Func<LocalStore, CancellationToken, Task> run) =>
        new(
            async (_, ct) =>
            {
                TimeSpan took;
                await using (var opened = await OpenStore.OpenAsync(Work.Path(NewStore), isPlain: true, ct))
                    took = await Contender.TimeAsync(() => run(opened.Store, ct));
                await Work.RemoveAsync(NewStore, ct);
                return took;
            }
        );

    private Task CopyToAsync(string address, CancellationToken ct) =>
        WithCacheAsync(address, cache => CopyAsync(Store, cache, ct), ct);

    private Task CopyFromAsync(string address, LocalStore store, CancellationToken ct) =>
        WithCacheAsync(address, cache => CopyAsync(cache, store, ct), ct);

    private async Task CopyAsync(IStore from, IStore to, CancellationToken ct)
    {
        var report = await new ClosureCopier(from, to, new CopySettings()).CopyAsync([Top], null, ct);
        if (report.Copied.Length != Count)
            throw new InvalidOperationException($"{report.Copied.Length} of {Count} paths were copied.");
    }

    private static async Task WithCacheAsync(string address, Func<BinaryCacheStore, Task> work, CancellationToken ct)
    {
        var settings = new HttpCacheSettings();
        using var client = HttpCacheClient.Create(settings);
        await work(
            await BinaryCacheStore.CreateAsync(CacheAddress.Parse(address), StoreDir.Default, client, settings, ct)
        );
    }

    /// <summary>The published program, on a store and another place.</summary>
    private async Task RunAsync(string farm, string root, string direction, string address, CancellationToken ct) =>
        await ChildProcess.RunAsync(
            farm,
            [
                "store",
                "copy",
                "--quiet",
                "--no-check-sigs",
                .. PlainFarm.Options(Work, root),
                direction,
                address,
                StoreDir.Default.Print(Top),
            ],
            ct
        );
}
