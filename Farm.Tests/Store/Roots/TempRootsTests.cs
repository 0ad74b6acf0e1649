using System.Text;
using Farm.Store.Native;
using Farm.Store.Paths;
using Farm.Tests.Store.Local;
using Farm.Tests.Support;

namespace Farm.Tests.Store.Roots;

public sealed class TempRootsTests
{
    private static readonly CancellationToken s_ct = CancellationToken.None;

    [Fact]
    public async Task What_is_held_is_not_deleted_until_its_last_holder_lets_go()
    {
        await using var temporary = await TemporaryStore.OpenAsync();
        var roots = temporary.Store.TempRoots;
        var path = Some(1);
        var first = await roots.HoldAsync([path], s_ct);
        var second = await roots.HoldAsync([path, Some(2)], s_ct);
        await first.DisposeAsync();
        await first.DisposeAsync();
        Assert.False(roots.TryBeginDeletion(path.Hash));
        Assert.Equal(2, roots.Held().Count);
        await second.DisposeAsync();
        Assert.Empty(roots.Held());
        Assert.True(roots.TryBeginDeletion(path.Hash));
    }

    [Fact]
    public async Task Who_asks_for_a_path_that_is_being_deleted_waits_for_the_end_of_it()
    {
        await using var temporary = await TemporaryStore.OpenAsync();
        var roots = temporary.Store.TempRoots;
        Assert.True(roots.TryBeginDeletion(Some(1).Hash));
        Assert.False(roots.TryBeginDeletion(Some(1).Hash));
        var asked = roots.HoldAsync([Some(1)], s_ct);
        Assert.False(asked.IsCompleted);
        roots.EndDeletion(Some(1).Hash);
        await using var hold = await asked;
        Assert.False(roots.TryBeginDeletion(Some(1).Hash));
    }

    [Fact]
    public async Task Who_stops_waiting_for_a_deletion_holds_nothing()
    {
        await using var temporary = await TemporaryStore.OpenAsync();
        var roots = temporary.Store.TempRoots;
        Assert.True(roots.TryBeginDeletion(Some(1).Hash));
        using var impatience = new CancellationTokenSource();
        var asked = roots.HoldAsync([Some(1), Some(2)], impatience.Token);
        await impatience.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => asked);
        Assert.Empty(roots.Held());
    }

    [Fact]
    public async Task The_file_is_Nixs_and_goes_with_the_store()
    {
        await using var temporary = await TemporaryStore.OpenAsync();
        var file = TempFile(temporary);
        Directory.CreateDirectory(Path.GetDirectoryName(file)!);
        await File.WriteAllTextAsync(file, "a dead process's", s_ct);
        await using var one = await temporary.Store.TempRoots.HoldAsync([Some(1)], s_ct);
        await using var two = await temporary.Store.TempRoots.HoldAsync([Some(1), Some(2)], s_ct);
        Assert.Equal($"/nix/store/{Some(1)}\0/nix/store/{Some(2)}\0", Text(file));
        Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(file));
        Assert.False(IsFree(file));
        await temporary.CloseAsync();
        Assert.False(File.Exists(file));
    }

    [Fact]
    public async Task When_nothing_is_held_the_file_is_empty()
    {
        await using var temporary = await TemporaryStore.OpenAsync();
        await using (await temporary.Store.TempRoots.HoldAsync([Some(1)], s_ct)) { }
        Assert.Equal("", Text(TempFile(temporary)));
        await using var hold = await temporary.Store.TempRoots.HoldAsync([Some(2)], s_ct);
        Assert.Equal([Some(2)], Read(TempFile(temporary)));
    }

    [Fact]
    public async Task A_file_that_lost_its_name_is_made_anew_with_all_that_is_held()
    {
        await using var temporary = await TemporaryStore.OpenAsync();
        var file = TempFile(temporary);
        await using var one = await temporary.Store.TempRoots.HoldAsync([Some(1)], s_ct);
        File.Delete(file);
        await using var two = await temporary.Store.TempRoots.HoldAsync([Some(2)], s_ct);
        Assert.Equal([Some(2), Some(1)], Read(file).Order());
    }

    [Fact]
    public async Task The_file_is_made_shorter_and_no_reader_misses_what_is_held()
    {
        await using var temporary = await TemporaryStore.OpenAsync();
        var roots = temporary.Store.TempRoots;
        var file = TempFile(temporary);
        await using var kept = await roots.HoldAsync([Some(0)], s_ct);
        var many = Enumerable.Range(1, 1500).Select(Some).ToList();
        var isDone = false;
        var longest = 0L;
        var reading = Task.Run(
            () =>
            {
                while (!Volatile.Read(ref isDone))
                {
                    Assert.False(IsFree(file));
                    Assert.Contains(Some(0), Read(file));
                }
            },
            s_ct
        );
        for (var round = 0; round < 40; round++)
        {
            await using var hold = await roots.HoldAsync(many, s_ct);
            longest = Math.Max(longest, new FileInfo(file).Length);
        }
        Volatile.Write(ref isDone, true);
        await reading;
        Assert.InRange(longest, 1, 500_000);
    }

    [RequiresNixFact]
    public async Task Real_Nix_deletes_what_was_let_go_and_not_what_is_held()
    {
        await using var temporary = await TemporaryStore.OpenAsync(Farm.Store.Local.ImmutableBit.Off);
        var held = await LocalStoreTests.AddTreeAsync(temporary, "held", ("a", "one"));
        var loose = await LocalStoreTests.AddTreeAsync(temporary, "loose", ("a", "two"));
        await using var hold = await temporary.Store.TempRoots.HoldAsync([held.Path], s_ct);
        await using (await temporary.Store.TempRoots.HoldAsync([loose.Path], s_ct)) { }
        // The record of what was let go while something else was held stays until the file is made shorter; a new file has none.
        File.Delete(TempFile(temporary));
        await using var again = await temporary.Store.TempRoots.HoldAsync([Some(1)], s_ct);

        using var nix = RealNix.OnStoreAt(temporary.Settings.Layout.Root);
        await nix.RunAsync("nix-store", ["--gc"], s_ct);
        Assert.NotNull(await temporary.Store.QueryAsync(held.Path, s_ct));
        Assert.Null(await temporary.Store.QueryAsync(loose.Path, s_ct));
        Assert.True(File.Exists(TempFile(temporary)));
    }

    internal static StorePath Some(int number) =>
        StorePathMaker.Text(
            StoreDir.Default,
            StorePathName.Parse($"some-{number}"),
            Farm.Store.Hashing.Sha256Digest.Compute(BitConverter.GetBytes(number)),
            []
        );

    internal static string TempFile(TemporaryStore temporary) =>
        $"{temporary.Settings.Layout.TempRootsDir}/{Environment.ProcessId}";

    /// <summary>Opened without a lock, which .NET takes otherwise.</summary>
    internal static string Text(string file)
    {
        var name = Encoding.UTF8.GetBytes(file);
        var descriptor = Syscalls.Open(Syscalls.CurrentDirectory, name, Syscalls.ReadOnly);
        Assert.Equal(0, WholeFile.Read(descriptor, out var contents));
        Syscalls.Close(descriptor);
        return Encoding.ASCII.GetString(contents);
    }

    /// <summary>As collectors read it: what follows the last NUL is being written.</summary>
    private static List<StorePath> Read(string file) =>
        [.. Text(file).Split('\0').SkipLast(1).Select(StoreDir.Default.ParsePath)];

    /// <summary>Whether a collector would take the file for a dead process's.</summary>
    private static bool IsFree(string file)
    {
        var name = Encoding.UTF8.GetBytes(file);
        var descriptor = Syscalls.Open(Syscalls.CurrentDirectory, name, Syscalls.ReadWrite);
        Assert.True(descriptor >= 0);
        try
        {
            return FileLock.TryExclusive(descriptor, file);
        }
        finally
        {
            Syscalls.Close(descriptor);
        }
    }
}
