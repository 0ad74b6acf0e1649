using Farm.Derivations;
using Farm.Store.Local;
using Farm.Tests.Support;

namespace Farm.Tests.Derivations;

public sealed class SourceTests
{
    [RequiresNixFact]
    public async Task A_filtered_directory_has_the_path_that_Nix_gives_it()
    {
        using var directory = new TemporaryDirectory();
        using var nix = new RealNix();
        var tree = await VectorSources.TreeAsync(directory);
        var expression = directory.File("filter.nix");
        // Nix tells the predicate the whole path, and here it is told the one from the root.
        await File.WriteAllTextAsync(
            expression,
            $$"""
            [
              "${builtins.filterSource (p: t: t == "directory" || baseNameOf p == "run") {{tree.File}} }"
              "${builtins.path { path = {{tree.File}}; name = "other"; filter = p: t: t != "symlink"; } }"
            ]
            """
        );
        var answer = await nix.RunAsync("nix-instantiate", ["--eval", "--strict", expression], CancellationToken.None);

        var some = await Source.WhereAsync(
            tree.File,
            (path, kind) => kind == TreeEntryKind.Directory || path.EndsWith("run", StringComparison.Ordinal)
        );
        var other = await Source.WhereAsync(tree.File, (_, kind) => kind != TreeEntryKind.Symlink, "other");

        Assert.Equal($"[ \"{some.PrintedPath}\" \"{other.PrintedPath}\" ]", answer.Trim());
        Assert.Equal(["sub/run"], await SourceListing.FilesAsync(some));
    }

    [Fact]
    public async Task A_directory_that_is_left_out_is_not_looked_into()
    {
        using var directory = new TemporaryDirectory();
        Directory.CreateDirectory(directory.File("tree/out/deep"));
        await File.WriteAllTextAsync(directory.File("tree/in"), "");
        var asked = new List<string>();

        await Source.WhereAsync(
            directory.File("tree"),
            (path, _) =>
            {
                asked.Add(path);
                return path != "out";
            }
        );

        Assert.Equal(["in", "out"], asked);
    }

    [Fact]
    public async Task What_no_archive_can_hold_is_refused_unless_it_is_left_out()
    {
        using var directory = new TemporaryDirectory();
        Directory.CreateDirectory(directory.File("tree"));
        using var socket = new System.Net.Sockets.Socket(
            System.Net.Sockets.AddressFamily.Unix,
            System.Net.Sockets.SocketType.Stream,
            System.Net.Sockets.ProtocolType.Unspecified
        );
        socket.Bind(new System.Net.Sockets.UnixDomainSocketEndPoint(directory.File("tree/socket")));

        var refusal = await Assert.ThrowsAsync<DerivationException>(() => Source.FromAsync(directory.File("tree")));

        Assert.Contains("unsupported type", refusal.Message, StringComparison.Ordinal);
        var rest = await Source.WhereAsync(directory.File("tree"), (_, kind) => kind != TreeEntryKind.Other);
        Assert.Empty(await SourceListing.FilesAsync(rest));
    }

    [Fact]
    public async Task A_source_that_is_not_there_or_has_no_name_for_a_store_is_refused()
    {
        using var directory = new TemporaryDirectory();
        await File.WriteAllTextAsync(directory.File("two words"), "");
        await File.WriteAllTextAsync(directory.File("x.drv"), "");

        await Assert.ThrowsAsync<DerivationException>(() => Source.FromAsync(directory.File("absent")));
        await Assert.ThrowsAsync<DerivationException>(() => Source.FromAsync(directory.File("two words")));
        await Assert.ThrowsAsync<DerivationException>(() => Source.FromAsync(directory.File("x.drv")));
        Assert.Equal("ok", (await Source.FromAsync(directory.File("two words"), "ok")).Path.Name);
    }
}
