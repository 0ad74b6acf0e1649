using System.Net;
using Farm.Http;
using Farm.Store.Hashing;
using Farm.Store.PathInfos;
using Farm.Store.Paths;
using Farm.Tests.EndToEnd.Processes;
using Farm.Tests.Support;

namespace Farm.Tests.EndToEnd;

/// <summary>Archives that are none, brought to a store by the command line and over the network.</summary>
public sealed class BadArchiveTests(LoneCoordinator lone) : IClassFixture<LoneCoordinator>, IDisposable
{
    private static readonly StorePath Path = StorePath.Parse($"{new string('1', 32)}-bad");

    // A plain file with the text "farm", as an archive; each item is a length, the bytes, and zeros up to 8.
    private static readonly byte[] Sound =
    [
        .. new[] { "nix-archive-1", "(", "type", "regular", "contents", "farm", ")" }.SelectMany(Item),
    ];

    private readonly TemporaryDirectory _directory = new();

    [FarmProcessFact]
    public async Task Truncated_archive_is_refused_with_the_place_and_nothing_is_left()
    {
        Assert.Contains("cut off (at byte 111)", await RefusedAsync(Sound[..^9]), StringComparison.Ordinal);
    }

    [FarmProcessFact]
    public async Task File_that_is_no_archive_is_refused_and_nothing_is_left() =>
        Assert.StartsWith(
            "NAR: ",
            await RefusedAsync("milk and bread, and some cheese"u8.ToArray()),
            StringComparison.Ordinal
        );

    [FarmProcessFact]
    public async Task Upload_of_a_malformed_archive_is_refused_and_nothing_is_left()
    {
        var nar = Sound[..^9];
        var sentence = await UploadAsync(HttpStatusCode.BadRequest, nar, Sha256Digest.Compute(nar));
        Assert.Contains("cut off (at byte 111)", sentence, StringComparison.Ordinal);
    }

    [FarmProcessFact]
    public async Task Upload_with_other_contents_than_announced_is_refused_with_both_hashes()
    {
        var other = Sha256Digest.Compute("other"u8);
        var sentence = await UploadAsync(HttpStatusCode.UnprocessableEntity, Sound, other);
        Assert.Contains(other.ToNixBase32(), sentence, StringComparison.Ordinal);
        Assert.Contains(Sha256Digest.Compute(Sound).ToNixBase32(), sentence, StringComparison.Ordinal);
    }

    public void Dispose() => _directory.Dispose();

    private async Task<string> RefusedAsync(byte[] archive)
    {
        var file = _directory.File("x.nar");
        var root = Directory.CreateDirectory(_directory.File("root")).FullName;
        await File.WriteAllBytesAsync(file, archive, lone.Farm.Ct);
        var (exitCode, run) = await lone.Farm.RunAsync("store", "add-nar", "--store", root, "--name", "bad", file);
        Assert.True(exitCode == 1, run.Told);
        Assert.Empty(run.Out);
        Assert.Empty(Remains.StrayFiles(System.IO.Path.Combine(root, "nix/store"), new HashSet<string>()));
        return Refusal.Sentence(run);
    }

    /// <summary>Sends an archive to the coordinator, which must refuse it and go on without any trace of it.</summary>
    /// <returns>Its sentence.</returns>
    private async Task<string> UploadAsync(HttpStatusCode expected, byte[] archive, Sha256Digest announced)
    {
        var info = new PathInfo
        {
            Path = Path,
            NarHash = announced,
            NarSizeBytes = archive.Length,
            References = [],
        };
        using var http = new HttpClient { BaseAddress = lone.Farm.Address };
        using var body = new ByteArrayContent([.. UploadHeader.Print(StoreDir.Default, info), .. archive]);
        using var answer = await http.PutAsync(new Uri($"upload/{Path}", UriKind.Relative), body, lone.Farm.Ct);
        Assert.Equal(expected, answer.StatusCode);
        Assert.DoesNotContain(Path.ToString(), lone.Farm.Registered("coordinator"));
        Assert.Empty(lone.Farm.Stray("coordinator"));
        return await answer.Content.ReadAsStringAsync(lone.Farm.Ct);
    }

    private static byte[] Item(string text)
    {
        var item = new byte[8 + (text.Length + 7) / 8 * 8];
        item[0] = (byte)text.Length;
        System.Text.Encoding.ASCII.GetBytes(text, item.AsSpan(8));
        return item;
    }
}
