using System.Collections.Immutable;
using System.Diagnostics;
using Farm.Store.Paths;
using Farm.Store.Roots;
using Farm.Tests.Support;

namespace Farm.Tests.Store.Roots;

public sealed class StoreRootsTests
{
    private static readonly CancellationToken s_ct = CancellationToken.None;

    [RequiresNixFact]
    public async Task All_kinds_of_roots_are_found_and_real_Nix_finds_the_same()
    {
        await using var temporary = await TemporaryStore.OpenAsync();
        var paths = await AddAsync(temporary, 10);
        var layout = temporary.Settings.Layout;
        Link(layout.RootsDir + "/one", Logical(paths[0]));
        Link(layout.RootsDir + "/deep/er/two", Logical(paths[1]) + "/inside");
        Link(layout.RootsDir + "/auto/three", temporary.Work("result"));
        Link(temporary.Work("result"), Logical(paths[2]));
        Link(layout.RootsDir + "/per-user/somebody/four", Logical(paths[3]));
        File.WriteAllText($"{layout.RootsDir}/{paths[4]}", "");
        Link(layout.ProfilesDir + "/default-1-link", Logical(paths[5]));
        Link(layout.ProfilesDir + "/default", "default-1-link");
        Link(layout.RootsDir + "/profiles", layout.ProfilesDir);
        // None of these is one: not valid, nowhere, two links away, no store object, a file of another name.
        Link(layout.RootsDir + "/not-valid", Logical(TempRootsTests.Some(1)));
        Link(layout.RootsDir + "/nowhere", "/nowhere");
        Link(layout.RootsDir + "/auto/nowhere", temporary.Work("gone"));
        Link(layout.RootsDir + "/far", temporary.Work("near"));
        Link(temporary.Work("near"), temporary.Work("result"));
        Link(layout.RootsDir + "/no-object", "/nix/store/.links/something");
        File.WriteAllText($"{layout.RootsDir}/file", "");
        await using var hold = await temporary.Store.TempRoots.HoldAsync([paths[6], TempRootsTests.Some(2)], s_ct);
        using var process = Start(temporary, "echo; exec sleep 60", Logical(paths[7]));
        await process.StandardOutput.ReadLineAsync(s_ct);

        var ours = await StoreRoots.FindAsync(temporary.Store, includeRuntime: true, s_ct);
        using var nix = RealNix.OnStoreAt(layout.Root);
        var theirs = await nix.RunAsync("nix-store", ["--gc", "--print-roots"], s_ct);
        process.Kill(entireProcessTree: true);

        Assert.Equal(
            ours.Select(root => $"{root.Reason} -> {Logical(root.Path)}").Order(StringComparer.Ordinal),
            theirs.Split('\n', StringSplitOptions.RemoveEmptyEntries).Order(StringComparer.Ordinal)
        );
        Assert.Equal(
            [
                (paths[0], RootKind.Permanent),
                (paths[1], RootKind.Permanent),
                (paths[2], RootKind.Indirect),
                (paths[3], RootKind.PerUser),
                (paths[4], RootKind.Permanent),
                (paths[5], RootKind.Profile),
                (paths[6], RootKind.Temporary),
                (paths[7], RootKind.Runtime),
                (TempRootsTests.Some(2), RootKind.Temporary),
            ],
            ours.DistinctBy(root => root.Path)
                .Select(root => (root.Path, root.Kind))
                .OrderBy(root => (root.Path.Name.Length, root.Path.Name))
        );
        Assert.False(Path.Exists(layout.RootsDir + "/auto/nowhere") || IsLink(layout.RootsDir + "/auto/nowhere"));
        Assert.True(IsLink(layout.RootsDir + "/nowhere"));
    }

    [Fact]
    public async Task A_link_whose_maker_was_killed_before_it_was_in_place_keeps_its_path_for_an_hour()
    {
        await using var temporary = await TemporaryStore.OpenAsync();
        var paths = await AddAsync(temporary, 2);
        var (old, young) = (Unfinished(0), Unfinished(1));
        Link(old, Logical(paths[0]));
        Link(young, Logical(paths[1]));
        using var touch = Process.Start("touch", ["-h", "-d", "61 minutes ago", old]);
        await touch.WaitForExitAsync(s_ct);

        var roots = await StoreRoots.FindAsync(temporary.Store, includeRuntime: false, s_ct);

        Assert.Equal([paths[1]], roots.Select(root => root.Path));
        Assert.False(IsLink(old));
        Assert.True(IsLink(young));

        string Unfinished(int number) =>
            $"{temporary.Settings.Layout.RootsDir}/folder/{number}.tmp-4711-{Guid.NewGuid():N}";
    }

    [Fact]
    public async Task Physical_names_count_as_logical_ones_do()
    {
        await using var temporary = await TemporaryStore.OpenAsync();
        var paths = await AddAsync(temporary, 3);
        var layout = temporary.Settings.Layout;
        Link(layout.RootsDir + "/one", layout.ToPhysical(paths[0]));
        using var process = Start(temporary, $"exec 5<{layout.ToPhysical(paths[1])}; echo; exec sleep 60", "");
        await process.StandardOutput.ReadLineAsync(s_ct);
        var roots = await StoreRoots.FindAsync(temporary.Store, includeRuntime: true, s_ct);
        process.Kill(entireProcessTree: true);
        Assert.Equal(
            new HashSet<(StorePath, string)>
            {
                (paths[0], layout.RootsDir + "/one"),
                (paths[1], $"/proc/{process.Id}/fd/5"),
            },
            roots.Select(root => (root.Path, root.Reason)).ToHashSet()
        );
    }

    [Fact]
    public async Task A_process_is_looked_at_by_Nixs_rules()
    {
        await using var temporary = await TemporaryStore.OpenAsync();
        var paths = (await AddAsync(temporary, 8)).Select(Logical).ToList();
        var proc = Directory.CreateDirectory(temporary.Work("proc/10/fd")).Parent!.FullName;
        Link(proc + "/exe", paths[0] + "/bin/tool (deleted)");
        Link(proc + "/cwd", paths[1]);
        Link(proc + "/fd/0", "pipe:[1]");
        Link(proc + "/fd/1", paths[2] + "/log");
        File.WriteAllLines(
            proc + "/maps",
            [
                "00400000-00452000 r-xp 00000000 08:02 173521 " + paths[3] + "/lib/libc.so",
                "00651000-00652000 r--p 00051000 08:02 173521 " + paths[6] + "/with blank",
                "00e03000-00e24000 rw-p 00000000 00:00 0 [heap]",
                "7f00-7f01 r--p 0 08:02 1 " + paths[6] + " (deleted)",
            ]
        );
        File.WriteAllText(proc + "/environ", $"PATH={paths[4]}/bin:/bin\0X=-I{paths[5]}\0Y=/else{paths[6][4..]}\0");
        // Without its fd folder a process is not looked at further; a folder that is no number is no process.
        Directory.CreateDirectory(temporary.Work("proc/11"));
        File.WriteAllText(temporary.Work("proc/11/environ"), paths[6]);
        Link(temporary.Work("proc/self/exe"), paths[6]);
        Directory.CreateDirectory(temporary.Work("proc/sys/kernel"));
        File.WriteAllText(temporary.Work("proc/sys/kernel/modprobe"), paths[7] + "/bin/modprobe\n");
        var roots = await StoreRoots.FindAsync(temporary.Store, temporary.Work("proc"), s_ct);
        Assert.Equal(
            [proc + "/exe", proc + "/cwd", proc + "/fd/1", proc + "/maps", proc + "/environ", proc + "/environ"],
            paths.Take(6).Select(path => Assert.Single(roots, root => Logical(root.Path) == path).Reason)
        );
        Assert.Equal(temporary.Work("proc/sys/kernel/modprobe"), roots.Single(r => Logical(r.Path) == paths[7]).Reason);
        Assert.Equal(7, roots.Length);
    }

    [Fact]
    public async Task Temporary_roots_of_a_process_that_lives_count_and_those_of_a_dead_one_go()
    {
        await using var temporary = await TemporaryStore.OpenAsync();
        var directory = Directory.CreateDirectory(temporary.Settings.Layout.TempRootsDir).FullName;
        var (living, dead) = (TempRootsTests.Some(1), TempRootsTests.Some(2));
        File.WriteAllText(directory + "/77777", Logical(living) + "\0no path\0" + Logical(dead));
        File.WriteAllText(directory + "/88888", Logical(dead) + "\0");
        File.WriteAllText(directory + "/.keep", "");
        var start = new ProcessStartInfo(
            "flock",
            ["--no-fork", directory + "/77777", "sh", "-c", "echo locked; exec sleep 60"]
        )
        {
            RedirectStandardOutput = true,
        };
        using var process = Process.Start(start)!;
        await process.StandardOutput.ReadLineAsync(s_ct);
        var roots = await StoreRoots.FindAsync(temporary.Store, includeRuntime: false, s_ct);
        process.Kill();
        Assert.Equal([new GcRoot(living, "{temp:77777}", RootKind.Temporary)], roots.AsEnumerable());
        Assert.False(File.Exists(directory + "/88888"));
    }

    [Fact]
    public async Task What_is_let_go_while_a_collector_runs_stays_until_it_is_done()
    {
        await using var temporary = await TemporaryStore.OpenAsync();
        var roots = temporary.Store.TempRoots;
        await using (await CollectorTurn.TakeAsync(temporary.Store, s_ct))
        {
            await using (await roots.HoldAsync([TempRootsTests.Some(1)], s_ct)) { }
            Assert.False(roots.TryBeginDeletion(TempRootsTests.Some(1).Hash));
        }
        Assert.True(roots.TryBeginDeletion(TempRootsTests.Some(1).Hash));
    }

    private static string Logical(StorePath path) => StoreDir.Default.Print(path);

    private static bool IsLink(string file) => new FileInfo(file).LinkTarget is not null;

    private static void Link(string link, string target)
    {
        Directory.CreateDirectory(Path.GetDirectoryName(link)!);
        File.CreateSymbolicLink(link, target);
    }

    private static async Task<ImmutableArray<StorePath>> AddAsync(TemporaryStore temporary, int count)
    {
        var paths = ImmutableArray.CreateBuilder<StorePath>();
        for (var i = 0; i < count; i++)
        {
            var name = StorePathName.Parse($"root-{i}");
            paths.Add((await temporary.Store.AddTextAsync(name, BitConverter.GetBytes(i), [], s_ct)).Path);
        }
        return paths.ToImmutable();
    }

    private static Process Start(TemporaryStore temporary, string script, string environment)
    {
        var start = new ProcessStartInfo("sh", ["-c", script])
        {
            RedirectStandardOutput = true,
            WorkingDirectory = temporary.Work(""),
        };
        start.Environment["FARM_TEST_PATH"] = environment;
        return Process.Start(start)!;
    }
}
