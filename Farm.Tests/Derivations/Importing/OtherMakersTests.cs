using Farm.Derivations;
using Farm.Derivations.Building;
using Farm.Derivations.Objects;
using Farm.Derivations.Writing;
using Farm.Store.Paths;
using Farm.Tests.Support;

namespace Farm.Tests.Derivations.Importing;

public sealed class OtherMakersTests : IDisposable
{
    private static readonly DerivationSettings Guix = new() { StoreDir = StoreDir.Parse("/gnu/store") };

    private readonly TemporaryDirectory _directory = new();

    public void Dispose() => _directory.Dispose();

    /// <summary>Guix gives a derivation no variable <c>name</c>; Nix then says that the name is empty.</summary>
    [Fact]
    public async Task A_derivation_of_Guix_is_imported_and_used()
    {
        var builder = TextFile.Create("hello-builder", "(mkdir %output)", Guix);
        var made = Derivation.Create(
            new()
            {
                Name = "hello-2.12",
                Builder = "/gnu/store/4y5m9lb8k3qkb1y9m02sw9w9a6hacd16-guile/bin/guile",
                Args = ["--no-auto-compile", builder],
                Outputs = ["out", "debug"],
                StructuredAttributes = true,
            },
            Guix
        );
        await ObjectWriter.WriteAsync([made], new DirectorySink(_directory.File("gnu/store")), default);

        var imported = await Derivation.ImportAsync(_directory.File("gnu/store") + "/" + made.File.Path);

        Assert.Equal("", imported.Name);
        Assert.Equal("debug", imported.OutputName);
        Assert.Equal(made.Out.OutPath, imported.Out.OutPath);
        Assert.Equal(made.DrvPath, imported.DrvPath);
        var (before, after) = (User(made), User(imported));
        Assert.Equal(before.File.Contents, after.File.Contents);

        // What it needs is copied from where it was read.
        var copy = new DirectorySink(_directory.File("copy"));
        var report = await ObjectWriter.WriteAsync([after], copy, default);
        Assert.Equal(new[] { builder.Path, made.File.Path, after.File.Path }, report.Added.ToArray());
    }

    [Fact]
    public async Task An_input_that_is_not_there_is_named_with_what_needs_it()
    {
        var first = Script("first", "");
        var second = Script("second", $"cat {first}");
        var store = _directory.File("nix/store");
        await ObjectWriter.WriteAsync([second], new DirectorySink(store), default);
        File.Delete($"{store}/{first.File.Path}");

        var refusal = await Assert.ThrowsAsync<DerivationException>(() =>
            Derivation.ImportAsync($"{store}/{second.File.Path}")
        );

        Assert.Contains(first.File.PrintedPath, refusal.Message, StringComparison.Ordinal);
        Assert.Contains(second.File.PrintedPath, refusal.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Contents_that_are_not_those_of_the_name_are_refused()
    {
        var (one, other) = (Script("same", "a"), Script("same", "b"));
        var store = _directory.File("nix/store");
        Directory.CreateDirectory(store);
        await File.WriteAllBytesAsync($"{store}/{one.File.Path}", other.File.Contents.Span.ToArray());

        var refusal = await Assert.ThrowsAsync<DerivationException>(() =>
            Derivation.ImportAsync($"{store}/{one.File.Path}")
        );

        Assert.Contains("not those that its name tells of", refusal.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("x.drv")]
    [InlineData("nix/store/jshyyzsqkhj1813gxk7lnmg926547z8w-with-src")]
    public async Task What_is_no_derivation_in_a_store_is_refused(string path) =>
        await Assert.ThrowsAsync<DerivationException>(() => Derivation.ImportAsync(_directory.File(path)));

    private static Derivation User(Derivation input) =>
        Derivation.Create(
            new()
            {
                Name = "user",
                Builder = "/bin/sh",
                Attributes = new() { ["input"] = input.Out, ["drv"] = input.DrvPath },
            },
            Guix
        );

    private static Derivation Script(string name, NixString script) =>
        Shell.Create(new ShellSpec { Name = name, Script = script });
}
