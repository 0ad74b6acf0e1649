using Farm.Store;
using Farm.Store.Local;
using Farm.Tests.Support;

namespace Farm.Tests.Hardening;

/// <summary>What a builder left is removed while somebody outside still changes it (CVE-2025-46415 of Nix).</summary>
public sealed class UntrustedTreeTests : IDisposable
{
    private readonly TemporaryDirectory _directory = new();

    public void Dispose() => _directory.Dispose();

    [Fact]
    public async Task A_directory_swapped_for_a_link_at_the_moment_of_removal_takes_nothing_outside_with_it()
    {
        var victim = Directory.CreateDirectory(_directory.File("victim")).FullName;
        await File.WriteAllTextAsync(Path.Combine(victim, "precious"), "");
        var mode = File.GetUnixFileMode(victim);
        using var stop = new CancellationTokenSource();
        var tree = _directory.File("tree");
        var swapping = Task.Run(() => Swap(Path.Combine(tree, "d"), victim, stop.Token));
        for (var round = 0; round < 300; round++)
        {
            TryMake(Path.Combine(tree, "d", "e"));
            TryRemove(tree);
        }
        await stop.CancelAsync();
        await swapping;
        TryRemove(tree);
        Assert.False(Directory.Exists(tree));
        Assert.True(File.Exists(Path.Combine(victim, "precious")));
        Assert.Equal(mode, File.GetUnixFileMode(victim));
    }

    [Fact]
    public void A_tree_deeper_than_descriptors_and_paths_reach_is_removed()
    {
        var top = _directory.File("deep");
        for (var part = 0; part < 30; part++)
        {
            // Built from below, as no path could name the whole.
            var lower = Directory.CreateDirectory(_directory.File($"part-{part}")).FullName;
            var deepest = Directory.CreateDirectory(Path.Combine([lower, .. Enumerable.Repeat("d", 100)])).FullName;
            if (Directory.Exists(top))
                Directory.Move(top, Path.Combine(deepest, "next"));
            Directory.Move(lower, top);
        }
        UntrustedTree.Remove(top);
        Assert.False(Directory.Exists(top));
    }

    [Fact]
    public void A_link_is_removed_and_not_what_it_points_to()
    {
        var victim = Directory.CreateDirectory(_directory.File("victim")).FullName;
        var link = _directory.File("link");
        File.CreateSymbolicLink(link, victim);
        UntrustedTree.Remove(link);
        UntrustedTree.Remove(link);
        Assert.False(File.Exists(link));
        Assert.True(Directory.Exists(victim));
    }

    private static void TryMake(string directory)
    {
        try
        {
            Directory.CreateDirectory(directory);
        }
        catch (IOException)
        {
            // A link stood there at the moment.
        }
    }

    private static void TryRemove(string tree)
    {
        try
        {
            UntrustedTree.Remove(tree);
        }
        catch (StoreException)
        {
            // It was changed in between: the next time finds it as it is then.
        }
    }

    private static void Swap(string directory, string victim, CancellationToken ct)
    {
        while (!ct.IsCancellationRequested)
        {
            try
            {
                Directory.Move(directory, $"{directory}-aside");
                File.CreateSymbolicLink(directory, victim);
                File.Delete(directory);
                Directory.Move($"{directory}-aside", directory);
            }
            catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
            {
                // Removed meanwhile.
            }
        }
    }
}
