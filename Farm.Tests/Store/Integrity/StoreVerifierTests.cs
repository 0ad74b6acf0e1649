using System.Diagnostics;
using System.Text;
using Farm.Store.Integrity;
using Farm.Store.Local;
using Farm.Store.PathInfos;
using Farm.Store.Paths;
using Farm.Tests.Store.Local;
using Farm.Tests.Support;

namespace Farm.Tests.Store.Integrity;

public sealed class StoreVerifierTests
{
    private static readonly CancellationToken s_ct = CancellationToken.None;

    [Fact]
    public async Task A_sound_store_has_no_findings()
    {
        await using var temporary = await TemporaryStore.OpenAsync();
        await FillAsync(temporary);
        var report = await VerifyAsync(temporary);
        Assert.Empty(report.Findings);
        Assert.Equal(3, report.Paths);
        Assert.True(report.Bytes > 0);
        Assert.True(report.Links > 3);
    }

    [Fact]
    public async Task Changed_contents_are_found_and_repaired_with_the_link_and_the_other_path_that_share_them()
    {
        await using var temporary = await TemporaryStore.OpenAsync();
        await using var other = await TemporaryStore.OpenAsync();
        var infos = await FillAsync(temporary);
        await FillAsync(other);
        Damage(temporary.Store.Layout.ToPhysical(infos[0].Path) + "/same");

        var found = await VerifyAsync(temporary);
        Assert.Equal(
            [infos[0].Path, infos[1].Path],
            found.Findings.OfType<VerifyFinding.Changed>().Select(finding => finding.Path).Order()
        );
        Assert.Single(found.Findings.OfType<VerifyFinding.CorruptLink>());
        Assert.True(found.HasErrors);

        var repaired = await VerifyAsync(temporary, new StoreRepairSource(temporary.Store, other.Store));
        Assert.False(repaired.HasErrors);
        Assert.All(repaired.Findings, finding => Assert.True(finding.IsMended));
        Assert.Empty((await VerifyAsync(temporary)).Findings);
        Assert.Empty(Stages(temporary));
    }

    [Fact]
    public async Task A_damaged_file_object_is_repaired()
    {
        await using var temporary = await TemporaryStore.OpenAsync();
        await using var other = await TemporaryStore.OpenAsync();
        var name = StorePathName.Parse("note");
        var info = await temporary.Store.AddTextAsync(name, "text"u8.ToArray(), [], s_ct);
        await other.Store.AddTextAsync(name, "text"u8.ToArray(), [], s_ct);
        Damage(temporary.Store.Layout.ToPhysical(info.Path));
        var report = await VerifyAsync(temporary, new StoreRepairSource(temporary.Store, other.Store));
        Assert.False(report.HasErrors);
        Assert.Empty((await VerifyAsync(temporary)).Findings);
    }

    [Fact]
    public async Task Without_a_good_copy_the_damaged_path_stays_and_the_reason_is_told()
    {
        await using var temporary = await TemporaryStore.OpenAsync();
        await using var empty = await TemporaryStore.OpenAsync();
        var infos = await FillAsync(temporary);
        Damage(temporary.Store.Layout.ToPhysical(infos[0].Path) + "/own");
        var report = await VerifyAsync(temporary, new StoreRepairSource(temporary.Store, empty.Store));
        var finding = Assert.Single(report.Findings.OfType<VerifyFinding.Changed>());
        Assert.False(finding.IsMended);
        Assert.Equal("no source has a good copy", finding.Reason);
        Assert.NotNull(await temporary.Store.QueryAsync(infos[0].Path, s_ct));
    }

    [Fact]
    public async Task Missing_paths_become_invalid_unless_one_with_files_refers_to_them()
    {
        await using var temporary = await TemporaryStore.OpenAsync();
        await using var other = await TemporaryStore.OpenAsync();
        var infos = await FillAsync(temporary);
        await FillAsync(other);
        // The note refers to the second tree; nothing refers to the first.
        foreach (var info in infos.Take(2))
            Remove(temporary.Store.Layout.ToPhysical(info.Path));
        var report = await VerifyAsync(temporary, repair: null, checkContents: false);
        Assert.Equal(
            [(infos[0].Path, true), (infos[1].Path, false)],
            report.Findings.OfType<VerifyFinding.Missing>().Select(finding => (finding.Path, finding.IsMended)).Order()
        );
        Assert.Null(await temporary.Store.QueryAsync(infos[0].Path, s_ct));
        Assert.NotNull(await temporary.Store.QueryAsync(infos[1].Path, s_ct));

        var repaired = await VerifyAsync(temporary, new StoreRepairSource(temporary.Store, other.Store));
        Assert.False(repaired.HasErrors);
        Assert.Empty((await VerifyAsync(temporary)).Findings);
    }

    [Fact]
    public async Task A_chain_of_missing_paths_goes_as_a_whole()
    {
        await using var temporary = await TemporaryStore.OpenAsync();
        var infos = await FillAsync(temporary);
        foreach (var info in infos)
            Remove(temporary.Store.Layout.ToPhysical(info.Path));
        var report = await VerifyAsync(temporary, repair: null, checkContents: false);
        Assert.False(report.HasErrors);
        Assert.Empty(await temporary.Store.AllValidAsync(s_ct));
    }

    [Fact]
    public async Task Foreign_entries_and_wrong_metadata_are_told_and_are_no_fault()
    {
        await using var temporary = await TemporaryStore.OpenAsync(ImmutableBit.Off);
        var infos = await FillAsync(temporary);
        var layout = temporary.Store.Layout;
        await File.WriteAllTextAsync(layout.PhysicalStoreDir + "/README", "", s_ct);
        await File.WriteAllTextAsync(layout.LinksDir + "/README", "", s_ct);
        File.SetUnixFileMode(layout.ToPhysical(infos[0].Path) + "/own", UnixFileMode.UserRead);
        var report = await VerifyAsync(temporary);
        Assert.False(report.HasErrors);
        Assert.Equal(
            [".links/README", "README"],
            report.Findings.OfType<VerifyFinding.Foreign>().Select(finding => finding.Name).Order()
        );
        var wrong = Assert.Single(report.Findings.OfType<VerifyFinding.NotCanonical>());
        Assert.Equal(($"{infos[0].Path}/own", "has mode 400"), (wrong.File, wrong.What));
    }

    [RootFact]
    public async Task Missing_bits_are_told_and_set_where_repair_is_asked_for()
    {
        await using var temporary = await TemporaryStore.OpenAsync(ImmutableBit.On);
        var infos = await FillAsync(temporary);
        var path = temporary.Store.Layout.ToPhysical(infos[0].Path);
        StartupMendingTests.Lift(path, path + "/own");
        var told = await VerifyAsync(temporary);
        var finding = Assert.Single(told.Findings.OfType<VerifyFinding.NotImmutable>());
        Assert.Equal((2, false), (finding.Count, finding.IsMended));
        await VerifyAsync(temporary, new RepairSources([]));
        Assert.Empty((await VerifyAsync(temporary)).Findings);
    }

    [Fact]
    public async Task A_path_without_recorded_size_gets_it()
    {
        await using var temporary = await TemporaryStore.OpenAsync();
        var infos = await FillAsync(temporary);
        await temporary.Store.Records.SetContentsAsync(infos[0].Path, infos[0].NarHash, 0);
        var report = await VerifyAsync(temporary);
        Assert.Single(report.Findings.OfType<VerifyFinding.NotRecorded>());
        Assert.Equal(infos[0].NarSizeBytes, (await temporary.Store.QueryAsync(infos[0].Path, s_ct))!.NarSizeBytes);
    }

    [Fact]
    public async Task Paths_that_come_and_go_while_the_store_is_verified_are_no_fault()
    {
        await using var temporary = await TemporaryStore.OpenAsync();
        await FillAsync(temporary);
        using var enough = new CancellationTokenSource();
        var changing = Task.Run(async () =>
        {
            for (var i = 0; !enough.IsCancellationRequested; i++)
            {
                var info = await LocalStoreTests.AddTreeAsync(temporary, "gone", ("same", "same"), ("n", $"{i % 5}"));
                await temporary.Store.DeleteAsync(info.Path, s_ct);
            }
        });
        for (var round = 0; round < 15; round++)
            Assert.Empty((await VerifyAsync(temporary)).Findings.Where(finding => finding.IsFault));
        await enough.CancelAsync();
        await changing;
    }

    [RequiresNixFact]
    public async Task A_store_of_real_Nix_is_verified_repaired_and_given_back()
    {
        using var nix = new RealNix();
        await using var temporary = await TemporaryStore.OpenAsync(ImmutableBit.Off);
        var source = temporary.Work("source");
        Directory.CreateDirectory(source + "/d");
        await File.WriteAllTextAsync(source + "/d/a", "contents", s_ct);
        await File.WriteAllTextAsync(source + "/b", "contents", s_ct);
        var said = await nix.RunAsync("nix-store", ["--add", source], s_ct);
        await nix.RunAsync("nix-store", ["--optimise"], s_ct);
        var path = nix.StoreDir.ParsePath(said.Trim());
        Damage(nix.Physical(path) + "/d/a");

        var settings = temporary.Settings with { Layout = StoreLayout.Create(nix.Root, nix.StoreDir) };
        await using (var store = await LocalStore.OpenAsync(settings, temporary.System, TimeProvider.System, s_ct))
        {
            var good = await temporary.Store.AddFileTreeAsync(
                StorePathName.Parse(path.Name),
                source,
                ContentAddressMethod.Nar,
                Farm.Store.Hashing.HashAlgorithm.Sha256,
                s_ct
            );
            Assert.Equal(path, good.Path);
            var repair = new StoreRepairSource(store, temporary.Store);
            var report = await new StoreVerifier(store).VerifyAsync(new(CheckContents: true, repair), null, s_ct);
            Assert.False(report.HasErrors);
            Assert.Single(report.Findings.OfType<VerifyFinding.CorruptLink>());
            Assert.Single(report.Findings.OfType<VerifyFinding.Changed>());
        }
        await nix.RunAsync("nix-store", ["--verify", "--check-contents", "--repair"], s_ct);
        Assert.Equal("contents", await File.ReadAllTextAsync(nix.Physical(path) + "/d/a", s_ct));
    }

    private static async Task<IReadOnlyList<PathInfo>> FillAsync(TemporaryStore temporary)
    {
        var first = await LocalStoreTests.AddTreeAsync(
            temporary,
            "first",
            ("same", "same"),
            ("own", "1"),
            ("d/x", "x")
        );
        var second = await LocalStoreTests.AddTreeAsync(temporary, "second", ("same", "same"), ("own", "2"));
        var text = Encoding.ASCII.GetBytes(temporary.Store.StoreDir.Print(second.Path));
        var note = await temporary.Store.AddTextAsync(StorePathName.Parse("note"), text, [second.Path], s_ct);
        return [.. new[] { first, second }.OrderBy(info => info.Path == second.Path), note];
    }

    private static Task<VerifyReport> VerifyAsync(
        TemporaryStore temporary,
        IRepairSource? repair = null,
        bool checkContents = true
    ) => new StoreVerifier(temporary.Store).VerifyAsync(new(checkContents, repair), null, s_ct);

    /// <summary>Bit rot: other contents of the same size, nothing else of the file changes.</summary>
    private static void Damage(string file) =>
        Shell(
            $"chattr -f -i '{file}'; m=$(stat -c %a '{file}'); chmod u+w '{file}'; printf X | dd of='{file}' conv=notrunc status=none; "
                + $"chmod $m '{file}'; touch -d @1 '{file}'; if [ {(Environment.UserName == "root" ? 1 : 0)} = 1 ]; then chattr -f +i '{file}'; fi; true"
        );

    private static void Remove(string path) =>
        Shell(
            $"chattr -R -f -i '{path}'; chmod -R u+w '{path}'; rm -rf '{path}'; chattr -f +i \"$(dirname '{path}')\"/.links/*; true"
        );

    private static void Shell(string script)
    {
        using var process = Process.Start("/bin/sh", ["-c", script]);
        process.WaitForExit();
        Assert.Equal(0, process.ExitCode);
    }

    private static IEnumerable<string> Stages(TemporaryStore temporary) =>
        LocalStoreTests.Objects(temporary).Where(name => name.StartsWith("tmp-", StringComparison.Ordinal));
}
