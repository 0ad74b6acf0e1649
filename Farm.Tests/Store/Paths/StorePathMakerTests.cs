using System.Text;
using System.Text.Json;
using Farm.Store;
using Farm.Store.Hashing;
using Farm.Store.Paths;
using Farm.Tests.Support;

namespace Farm.Tests.Store.Paths;

public sealed class StorePathMakerTests
{
    private static readonly StoreDir Default = StoreDir.Default;

    public static TheoryData<string, string, string> Fingerprints()
    {
        using var file = JsonDocument.Parse(Vectors.Read("store-paths", "store-paths.json"));
        var fingerprints = new TheoryData<string, string, string>();
        foreach (var item in file.RootElement.GetProperty("contentAddressed").EnumerateArray())
            fingerprints.Add("/nix/store", Text(item, "fingerprint"), Text(item, "path"));
        foreach (var item in file.RootElement.GetProperty("otherStoreDirs").EnumerateArray())
            fingerprints.Add(Text(item, "storeDir"), Text(item, "fingerprint"), Text(item, "path"));
        return fingerprints;
    }

    [Theory]
    [MemberData(nameof(Fingerprints))]
    public void FromFingerprint_gives_the_path_that_Nix_gave(string storeDir, string fingerprint, string path)
    {
        var expected = StoreDir.Parse(storeDir).ParsePath(path);
        Assert.Equal(expected, StorePathMaker.FromFingerprint(fingerprint, StorePathName.Parse(expected.Name)));
    }

    [Theory]
    [MemberData(nameof(Fingerprints))]
    public void A_fingerprint_is_composed_as_Nix_composes_it(string storeDir, string fingerprint, string path)
    {
        var directory = StoreDir.Parse(storeDir);
        var name = StorePathName.Parse(directory.ParsePath(path).Name);
        var tail = $":{storeDir}:{name}";
        var type = fingerprint[..fingerprint.IndexOf(":sha256:", StringComparison.Ordinal)];
        var inner = Sha256Digest.Parse(fingerprint[(type.Length + 1)..^tail.Length]);
        Assert.Equal(fingerprint, StorePathMaker.Fingerprint(type, inner, directory, name));
        if (!type.StartsWith("source", StringComparison.Ordinal) && !type.StartsWith("text", StringComparison.Ordinal))
            return;
        var isSelf = type.EndsWith(":self", StringComparison.Ordinal);
        var references = type.Split(":/").Skip(1).Select(reference => directory.ParsePath("/" + reference)).Reverse();
        Assert.Equal(
            directory.ParsePath(path),
            type.StartsWith("source", StringComparison.Ordinal)
                ? StorePathMaker.Source(directory, name, inner, references, isSelf)
                : StorePathMaker.Text(directory, name, inner, references)
        );
    }

    [Fact]
    public void Fixed_gives_the_path_of_every_method_and_algorithm()
    {
        using var file = JsonDocument.Parse(Vectors.Read("store-paths", "store-paths.json"));
        var seen = 0;
        foreach (var item in file.RootElement.GetProperty("contentAddressed").EnumerateArray())
        {
            if (!item.TryGetProperty("inner", out var inner))
                continue;
            var path = Default.ParsePath(Text(item, "path"));
            var address = ContentAddress.Parse(
                inner.GetString()!["fixed:out:".Length..].Insert(0, "fixed:").TrimEnd(':')
            );
            Assert.Equal(path, StorePathMaker.Fixed(Default, StorePathName.Parse(path.Name), address));
            seen++;
        }
        Assert.Equal(7, seen);
    }

    [Fact]
    public void Text_hashes_a_file_s_bytes_and_its_references()
    {
        using var file = JsonDocument.Parse(Vectors.Read("store-paths", "store-paths.json"));
        var item = file
            .RootElement.GetProperty("contentAddressed")
            .EnumerateArray()
            .Single(item => Text(item, "kind").StartsWith("text", StringComparison.Ordinal));
        var contents = Sha256Digest.Compute(Encoding.UTF8.GetBytes(Text(item, "content")));
        var references = item.GetProperty("references")
            .EnumerateArray()
            .Select(path => Default.ParsePath(path.GetString()!));
        var path = StorePathMaker.Text(
            Default,
            StorePathName.Parse("ref.txt"),
            contents,
            [.. references, references.First()]
        );
        Assert.Equal(Default.ParsePath(Text(item, "path")), path);
    }

    [Fact]
    public void A_self_reference_is_hashed_as_a_mark_and_not_as_the_path()
    {
        var name = StorePathName.Parse("self-ref");
        var nar = Sha256Digest.Parse("5ca00c54610cbdc3ad1e0d99dc15198debb0c8d33a3363bbb1bda99d69f364ec");
        Assert.Equal(
            "yvjk1w95rfcgyy1571baccs5yp70pq1m-self-ref",
            StorePathMaker.Source(Default, name, nar, [], hasSelfReference: true).ToString()
        );
        Assert.NotEqual(
            StorePathMaker.Source(Default, name, nar, [], hasSelfReference: true),
            StorePathMaker.Source(Default, name, nar, [], hasSelfReference: false)
        );
    }

    [Fact]
    public void A_flat_object_may_not_have_references()
    {
        var address = ContentAddress.Create(ContentAddressMethod.Flat, Sha256Digest.Zero.ToHash());
        Assert.Throws<NixFormatException>(() =>
            StorePathMaker.FromContentAddress(Default, StorePathName.Parse("a"), address, [], hasSelfReference: true)
        );
    }

    [Fact]
    public void A_text_object_may_not_refer_to_itself()
    {
        var address = ContentAddress.Create(ContentAddressMethod.Text, Sha256Digest.Zero.ToHash());
        Assert.Throws<NixFormatException>(() =>
            StorePathMaker.FromContentAddress(Default, StorePathName.Parse("a"), address, [], hasSelfReference: true)
        );
    }

    [Fact]
    public void Output_names_the_path_after_the_output_unless_that_is_out()
    {
        var name = StorePathName.Parse("multi-1.0");
        Assert.Equal("multi-1.0", StorePathMaker.Output(Default, name, "out", Sha256Digest.Zero).Name);
        Assert.Equal("multi-1.0-dev", StorePathMaker.Output(Default, name, "dev", Sha256Digest.Zero).Name);
    }

    [Fact]
    public void Output_refuses_names_that_are_too_long_together() =>
        Assert.Throws<NixFormatException>(() =>
            StorePathMaker.Output(Default, StorePathName.Parse(new string('a', 211)), "dev", Sha256Digest.Zero)
        );

    [Fact]
    public void Scratch_paths_differ_from_the_output_and_from_each_other()
    {
        var drv = StorePath.Parse("3ghsl9sd83mc26i81adpa2fzf3yw4f68-simple.drv");
        var output = StorePath.Parse("94f9f6i31zwzwbf0kclq1naqxxi4c7v9-simple");
        var known = StorePathMaker.Scratch(Default, drv, output);
        var unknown = StorePathMaker.Scratch(Default, drv, "out", StorePathName.Parse("simple"));
        Assert.Equal(3, new[] { output, known, unknown }.Distinct().Count());
        Assert.All([known, unknown], path => Assert.Equal("simple", path.Name));
    }

    private static string Text(JsonElement item, string key) => item.GetProperty(key).GetString()!;
}
