using System.Diagnostics;
using Farm.Store.BinaryCaches;
using Farm.Store.Integrity;
using Farm.Store.Local;
using Farm.Store.PathInfos;
using Farm.Store.Paths;
using Farm.Store.Signing;
using Farm.Tests.Support;

namespace Farm.Tests.Store.Integrity;

/// <summary>Repairs from caches that <c>nix copy</c> has made.</summary>
public sealed class SubstituterRepairSourceTests : IAsyncLifetime, IDisposable
{
    private static readonly CancellationToken s_ct = CancellationToken.None;

    private readonly TemporaryDirectory _directory = new();
    private TemporaryStore? _temporary;

    public Task InitializeAsync() => Task.CompletedTask;

    public async Task DisposeAsync()
    {
        if (_temporary is not null)
            await _temporary.DisposeAsync();
    }

    public void Dispose() => _directory.Dispose();

    [RequiresNixFact]
    public async Task A_copy_that_a_trusted_key_has_signed_takes_the_damaged_path_s_place()
    {
        var key = SecretKey.Generate("cache-1");
        var (info, cache) = await DamagedAsync(key, key.PublicKey);
        var report = await RepairAsync(cache);
        Assert.True(Assert.Single(report.Findings.OfType<VerifyFinding.Changed>()).IsMended);
        Assert.Equal("contents", await File.ReadAllTextAsync(Store.Layout.ToPhysical(info.Path) + "/file", s_ct));
        Assert.Empty((await new StoreVerifier(Store).VerifyAsync(new(CheckContents: true), null, s_ct)).Findings);
    }

    [RequiresNixFact]
    public async Task A_copy_that_no_trusted_key_has_signed_is_refused_and_the_reason_is_told()
    {
        var key = SecretKey.Generate("cache-1");
        var (_, cache) = await DamagedAsync(key, SecretKey.Generate("cache-1").PublicKey);
        var finding = Assert.Single((await RepairAsync(cache)).Findings.OfType<VerifyFinding.Changed>());
        Assert.False(finding.IsMended);
        Assert.Contains("no trusted key has signed it", finding.Reason, StringComparison.Ordinal);
    }

    [RequiresNixFact]
    public async Task Where_one_cache_has_a_damaged_archive_the_next_one_helps_out()
    {
        var key = SecretKey.Generate("cache-1");
        var (info, cache) = await DamagedAsync(key, key.PublicKey);
        var bad = _directory.File("bad");
        Shell($"cp -r {cache} {bad} && for f in {bad}/nar/*; do printf X | dd of=$f bs=1 seek=40 conv=notrunc; done");
        var report = await RepairAsync($"{bad}?priority=1", $"{cache}?priority=2");
        Assert.True(Assert.Single(report.Findings.OfType<VerifyFinding.Changed>()).IsMended);
        Assert.True((await Store.CheckContentsAsync(info.Path, s_ct)).IsIntact);
    }

    [RequiresNixFact]
    public async Task A_path_without_recorded_size_is_repaired_and_gets_it()
    {
        var key = SecretKey.Generate("cache-1");
        var (info, cache) = await DamagedAsync(key, key.PublicKey);
        await Store.Records.SetContentsAsync(info.Path, info.NarHash, 0);
        Assert.True(Assert.Single((await RepairAsync(cache)).Findings.OfType<VerifyFinding.Changed>()).IsMended);
        Assert.Equal(info.NarSizeBytes, (await Store.QueryAsync(info.Path, s_ct))!.NarSizeBytes);
    }

    private LocalStore Store => _temporary!.Store; // The test has made it.

    /// <summary>A path that does not follow from its content and has changed since it was copied, signed, to a cache.</summary>
    private async Task<(PathInfo Info, string Cache)> DamagedAsync(SecretKey signing, PublicKey trusted)
    {
        _temporary = await TemporaryStore.OpenAsync();
        _temporary.Settings = _temporary.Settings with
        {
            Signing = new SigningSettings { TrustedPublicKeys = [trusted] },
        };
        await _temporary.ReopenAsync();
        Directory.CreateDirectory(_directory.File("built"));
        await File.WriteAllTextAsync(_directory.File("built") + "/file", "contents", s_ct);
        var output = new BuiltOutput(StorePath.Parse($"{new string('a', 32)}-built"), _directory.File("built"));
        var info = (await Store.RegisterOutputsAsync([output], [], null, s_ct))[0];

        await _temporary.CloseAsync();
        var (keyFile, cache) = (_directory.File("key"), _directory.File("cache"));
        await File.WriteAllTextAsync(keyFile, signing.Print(), s_ct);
        using (var nix = RealNix.OnStoreAt(_temporary.Settings.Layout.Root))
        {
            string[] copy = ["--extra-experimental-features", "nix-command", "copy", "--to"];
            string[] what = [$"file://{cache}?secret-key={keyFile}", nix.StoreDir.Print(info.Path)];
            await nix.RunAsync("nix", [.. copy, .. what], s_ct);
        }
        await _temporary.ReopenAsync();
        var file = Store.Layout.ToPhysical(info.Path) + "/file";
        Shell($"chattr -f -i {file}; chmod u+w {file}; printf X | dd of={file} conv=notrunc; chmod 444 {file}");
        return (info, cache);
    }

    private async Task<VerifyReport> RepairAsync(params string[] caches)
    {
        var settings = new SubstituterSettings
        {
            Caches = [.. caches.Select(cache => CacheAddress.Parse($"file://{cache}"))],
        };
        using var substituters = await Substituters.OpenAsync(settings, Store, TimeProvider.System, s_ct);
        var source = new SubstituterRepairSource(Store, substituters);
        return await new StoreVerifier(Store).VerifyAsync(new(CheckContents: true, source), null, s_ct);
    }

    private static void Shell(string script)
    {
        using var process = Process.Start("/bin/sh", ["-c", $"({script}) 2>/dev/null"]);
        process.WaitForExit();
        Assert.Equal(0, process.ExitCode);
    }
}
