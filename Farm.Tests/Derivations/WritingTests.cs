using Farm.Derivations;
using Farm.Derivations.Objects;
using Farm.Derivations.Writing;
using Farm.Tests.Support;

namespace Farm.Tests.Derivations;

public sealed class WritingTests
{
    [RequiresNixFact]
    public async Task Real_Nix_builds_what_was_made_and_written_here()
    {
        using var directory = new TemporaryDirectory();
        using var nix = new RealNix();
        var file = await VectorSources.FileAsync(directory);
        var first = Script("first", $"read -r line < {file}; echo \"$line\" > $out");
        var second = Script("second", $"read -r line < {first}; echo \"$line!\" > $out");

        await StoreWriting.ToNixAsync(nix, [second]);
        await nix.RunAsync(
            "nix-store",
            ["--realise", second.File.PrintedPath, "--option", "sandbox", "false"],
            default
        );

        Assert.Equal("hello source!\n", await File.ReadAllTextAsync(nix.Physical(second.OutputPath!.Value)));
    }

    [Fact]
    public async Task What_is_there_is_not_written_again_and_its_source_not_read()
    {
        using var directory = new TemporaryDirectory();
        var file = await VectorSources.FileAsync(directory);
        var drv = Script("uses", $"read -r line < {file}; echo > $out");
        await using var store = await TemporaryStore.OpenAsync();
        var sink = new StoreSink(store.Store);

        var first = await ObjectWriter.WriteAsync([drv], sink, CancellationToken.None);
        File.Delete(file.File);
        var second = await ObjectWriter.WriteAsync([drv], sink, CancellationToken.None);

        Assert.Equal(new[] { file.Path, drv.File.Path }, first.Added.ToArray());
        Assert.Empty(second.Added);
        Assert.Equal(2, second.Present);
    }

    [Fact]
    public async Task A_source_that_has_changed_meanwhile_is_refused_and_leaves_nothing()
    {
        using var directory = new TemporaryDirectory();
        var file = await VectorSources.FileAsync(directory);
        var drv = Script("uses", $"read -r line < {file}; echo > $out");
        await File.WriteAllTextAsync(file.File, "Hello source\n");
        await using var store = await TemporaryStore.OpenAsync();

        var refusal = await Assert.ThrowsAsync<DerivationException>(() =>
            ObjectWriter.WriteAsync([drv], new StoreSink(store.Store), CancellationToken.None)
        );
        Assert.Contains("has changed since", refusal.Message, StringComparison.Ordinal);
        await Assert.ThrowsAsync<DerivationException>(() =>
            ObjectWriter.WriteAsync([drv], new DirectorySink(directory.File("sink")), CancellationToken.None)
        );

        Assert.Null(await store.Store.QueryAsync(file.Path, CancellationToken.None));
        Assert.DoesNotContain(drv.File.Path.ToString(), Directory.GetFileSystemEntries(directory.File("sink")));
    }

    [Fact]
    public async Task A_path_that_can_only_be_there_is_asked_for()
    {
        var tool = ExistingObject.Create("/nix/store/jshyyzsqkhj1813gxk7lnmg926547z8w-tool");
        var drv = Script("uses", $"{tool}/bin/tool > $out");
        await using var store = await TemporaryStore.OpenAsync();

        var refusal = await Assert.ThrowsAsync<DerivationException>(() =>
            ObjectWriter.WriteAsync([drv], new StoreSink(store.Store), CancellationToken.None)
        );

        Assert.Contains(tool.PrintedPath, refusal.Message, StringComparison.Ordinal);
        Assert.Contains(tool.Path, drv.Content.InputSources);
    }

    private static Derivation Script(string name, NixString script) =>
        Derivation.Create(
            new()
            {
                Name = name,
                Builder = "/bin/sh",
                Args = ["-c", script],
            }
        );
}
