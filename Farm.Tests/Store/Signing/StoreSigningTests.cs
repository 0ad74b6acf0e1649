using Farm.Store;
using Farm.Store.Local;
using Farm.Store.PathInfos;
using Farm.Store.Paths;
using Farm.Store.Signing;
using Farm.Tests.Support;

namespace Farm.Tests.Store.Signing;

public sealed class StoreSigningTests
{
    private static readonly CancellationToken s_ct = CancellationToken.None;

    [Fact]
    public async Task Signatures_are_added_to_those_there_and_kept()
    {
        await using var temporary = await TemporaryStore.OpenAsync();
        var info = await AddAsync(temporary.Store);
        var (one, two) = (SecretKey.Generate("b"), SecretKey.Generate("a"));
        await temporary.Store.AddSignaturesAsync(info.Path, [one.Sign(StoreDir.Default, info)], s_ct);
        await temporary.Store.AddSignaturesAsync(info.Path, [two.Sign(StoreDir.Default, info)], s_ct);
        await temporary.Store.AddSignaturesAsync(info.Path, [two.Sign(StoreDir.Default, info)], s_ct);
        await temporary.ReopenAsync();
        var found = (await temporary.Store.QueryAsync(info.Path, s_ct))!;
        Assert.Equal([two.Sign(StoreDir.Default, info), one.Sign(StoreDir.Default, info)], found.Signatures);
        Assert.Equal(info with { Signatures = found.Signatures }, found);
    }

    [Fact]
    public async Task What_is_no_signature_and_what_is_not_valid_are_refused()
    {
        await using var temporary = await TemporaryStore.OpenAsync();
        var info = await AddAsync(temporary.Store);
        foreach (var wrong in (string[])["", "a", "a:", ":AAAA", "a b:AAAA", "a:AA AA", "a:AAAA\n"])
            await Assert.ThrowsAsync<NixFormatException>(() =>
                temporary.Store.AddSignaturesAsync(info.Path, [wrong], s_ct)
            );
        await Assert.ThrowsAsync<StoreException.InvalidPath>(() =>
            temporary.Store.AddSignaturesAsync(
                StorePath.Parse("0000000000000000000000000000000a-another"),
                ["a:AAAA"],
                s_ct
            )
        );
    }

    [Fact]
    public async Task What_is_built_is_signed_with_each_key_file_and_trusted()
    {
        await using var temporary = await TemporaryStore.OpenAsync();
        await UseKeysAsync(temporary, "one", "two");
        var built = await BuildAsync(temporary);
        Assert.Equal(["one", "two"], built.Signatures.Select(signature => signature.Split(':')[0]));
        Assert.Equal(2, temporary.Store.Keys.Trusted.CountSignatures(StoreDir.Default, built));
        temporary.Store.Keys.Check(StoreDir.Default, built);
        Assert.Throws<StoreException.Untrusted>(() =>
            temporary.Store.Keys.Check(StoreDir.Default, built with { Signatures = [] })
        );
    }

    [Fact]
    public async Task A_store_whose_key_file_is_missing_is_not_opened()
    {
        await using var temporary = await TemporaryStore.OpenAsync();
        var missing = temporary.Work("missing");
        temporary.Settings = temporary.Settings with
        {
            Signing = SigningSettings.Default with { SecretKeyFiles = [missing] },
        };
        var error = await Assert.ThrowsAsync<StoreException.FileSystem>(temporary.ReopenAsync);
        Assert.Contains(missing, error.Message, StringComparison.Ordinal);
    }

    [RequiresNixFact]
    public async Task Real_Nix_trusts_our_signatures_and_we_trust_its()
    {
        await using var temporary = await TemporaryStore.OpenAsync();
        var ours = (await UseKeysAsync(temporary, "ours-1"))[0];
        var path = (await BuildAsync(temporary)).Path;
        await temporary.CloseAsync();

        using var nix = RealNix.OnStoreAt(temporary.Settings.Layout.Root);
        var made = await nix.RunAsync("nix", [.. Command, "key", "generate-secret", "--key-name", "theirs-1"], s_ct);
        var theirs = SecretKey.Parse(made);
        Assert.Equal(made, theirs.Print());
        var keyFile = temporary.Work("theirs");
        await KeyFile.WriteNewSecretAsync(keyFile, theirs, s_ct);
        var printed = StoreDir.Default.Print(path);
        await nix.RunAsync("nix", [.. Command, "store", "verify", .. Trusting(ours.PublicKey, 1), printed], s_ct);
        await nix.RunAsync("nix", [.. Command, "store", "sign", "--key-file", keyFile, printed], s_ct);
        await nix.RunAsync(
            "nix",
            [.. Command, "store", "verify", .. Trusting($"{ours.PublicKey} {theirs.PublicKey}", 2), printed],
            s_ct
        );
        await Assert.ThrowsAsync<InvalidOperationException>(() =>
            nix.RunAsync(
                "nix",
                [.. Command, "store", "verify", .. Trusting(SecretKey.Generate("ours-1").PublicKey, 1), printed],
                s_ct
            )
        );

        await temporary.ReopenAsync();
        var info = (await temporary.Store.QueryAsync(path, s_ct))!;
        Assert.Equal(2, TrustedKeys.Of([ours.PublicKey, theirs.PublicKey]).CountSignatures(StoreDir.Default, info));
    }

    private static string[] Command => ["--extra-experimental-features", "nix-command"];

    private static string[] Trusting(object keys, int needed) =>
        ["--option", "trusted-public-keys", $"{keys}", "--sigs-needed", $"{needed}"];

    private static async Task<SecretKey[]> UseKeysAsync(TemporaryStore temporary, params string[] names)
    {
        var keys = names.Select(SecretKey.Generate).ToArray();
        foreach (var key in keys)
            await KeyFile.WriteNewSecretAsync(temporary.Work(key.Name), key, s_ct);
        temporary.Settings = temporary.Settings with
        {
            Signing = SigningSettings.Default with { SecretKeyFiles = [.. names.Select(temporary.Work)] },
        };
        await temporary.ReopenAsync();
        return keys;
    }

    private static Task<PathInfo> AddAsync(LocalStore store) =>
        store.AddTextAsync(StorePathName.Parse("note"), "n"u8.ToArray(), [], s_ct);

    private static async Task<PathInfo> BuildAsync(TemporaryStore temporary)
    {
        var made = temporary.Work("made");
        await File.WriteAllTextAsync(made, "hello", s_ct);
        var path = StorePath.Parse("0qmn2l8wrkar36vxrfcxbgp7qbn7793q-made");
        return (await temporary.Store.RegisterOutputsAsync([new BuiltOutput(path, made)], [], null, s_ct))[0];
    }
}
