using System.Text;
using Farm.Tests.Support;

namespace Farm.Tests.EndToEnd;

/// <summary><c>farm build</c> of what is no sound derivation.</summary>
public sealed class BadDerivationTests(LoneCoordinator lone) : IClassFixture<LoneCoordinator>, IDisposable
{
    private readonly TemporaryDirectory _directory = new();

    [FarmProcessFact]
    public async Task Truncated_derivation_is_refused_with_its_name_and_the_place()
    {
        var text = await SoundAsync();
        var file = await WriteAsync("truncated.drv", text[..(text.Length / 2)]);
        var sentence = await lone.RefusedAsync("build", file);
        Assert.Contains(file, sentence, StringComparison.Ordinal);
        Assert.Matches("byte|offset", sentence);
    }

    [FarmProcessFact]
    public async Task Derivation_with_other_contents_than_its_name_tells_is_refused()
    {
        var text = Encoding.ASCII.GetString(await SoundAsync()).Replace("nothing", "noThing", StringComparison.Ordinal);
        var file = await WriteAsync(lone.Drv.ToString(), Encoding.ASCII.GetBytes(text));
        Assert.Contains(file, await lone.RefusedAsync("build", file), StringComparison.Ordinal);
    }

    [FarmProcessFact]
    public async Task Derivation_with_a_wrong_output_path_is_refused()
    {
        var output = lone.Troubles.Outputs([lone.Drv]).Single().ToString();
        var other = output.Replace(output[..8], "00000000", StringComparison.Ordinal);
        var text = Encoding.ASCII.GetString(await SoundAsync()).Replace(output, other, StringComparison.Ordinal);
        var file = await WriteAsync("wrong.drv", Encoding.ASCII.GetBytes(text));
        Assert.Contains(other, await lone.RefusedAsync("build", file), StringComparison.Ordinal);
    }

    [FarmProcessFact]
    public async Task Derivation_damaged_in_its_store_is_refused()
    {
        using var troubles = new TroubleExpression();
        var drv = (await troubles.InstantiateAsync("nothing", lone.Farm.Ct, ("salt", "damaged"))).Single();
        var file = troubles.Physical(drv);
        File.SetUnixFileMode(file, UnixFileMode.UserRead | UnixFileMode.UserWrite);
        await File.WriteAllBytesAsync(file, [.. (await File.ReadAllBytesAsync(file)).Reverse()]);
        var sentence = await lone.RefusedAsync("build", "--from", troubles.Root, troubles.Print(drv));
        Assert.Contains(drv.ToString(), sentence, StringComparison.Ordinal);
    }

    [FarmProcessFact]
    public async Task Derivation_of_another_store_directory_is_refused_with_both_named()
    {
        var text = Encoding.ASCII.GetString(await SoundAsync());
        var file = await WriteAsync(
            "elsewhere.drv",
            Encoding.ASCII.GetBytes(text.Replace("/nix/store/", "/other/store/", StringComparison.Ordinal))
        );
        var sentence = await lone.RefusedAsync("build", file);
        Assert.Contains("/other/store", sentence, StringComparison.Ordinal);
        Assert.Contains("/nix/store", sentence, StringComparison.Ordinal);
    }

    [FarmProcessFact]
    public async Task Unknown_store_path_is_refused_by_name()
    {
        var path = $"/nix/store/{new string('0', 32)}-absent.drv";
        Assert.Contains(path, await lone.RefusedAsync("build", path), StringComparison.Ordinal);
        Assert.Contains(
            path,
            await lone.RefusedAsync("build", "--from", lone.Troubles.Root, path),
            StringComparison.Ordinal
        );
    }

    [FarmProcessFact]
    public async Task File_that_is_no_derivation_is_refused_by_name()
    {
        var text = await WriteAsync("shopping.txt", "milk"u8.ToArray());
        Assert.Contains(text, await lone.RefusedAsync("build", text), StringComparison.Ordinal);
        var renamed = await WriteAsync("shopping.drv", "milk"u8.ToArray());
        Assert.Contains(renamed, await lone.RefusedAsync("build", renamed), StringComparison.Ordinal);
    }

    [FarmProcessFact]
    public async Task Output_that_the_derivation_does_not_have_is_refused_with_those_it_has()
    {
        var sentence = await lone.RefusedAsync(
            "build",
            "--from",
            lone.Troubles.Root,
            $"{lone.Troubles.Print(lone.Drv)}^dev"
        );
        Assert.Contains("dev", sentence, StringComparison.Ordinal);
        Assert.Contains("out", sentence, StringComparison.Ordinal);
    }

    public void Dispose() => _directory.Dispose();

    private Task<byte[]> SoundAsync() => File.ReadAllBytesAsync(lone.Troubles.Physical(lone.Drv), lone.Farm.Ct);

    private async Task<string> WriteAsync(string name, byte[] contents)
    {
        await File.WriteAllBytesAsync(_directory.File(name), contents, lone.Farm.Ct);
        return _directory.File(name);
    }
}
