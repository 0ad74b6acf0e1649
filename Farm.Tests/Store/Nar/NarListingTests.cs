using System.Text.Json;
using System.Text.Json.Nodes;
using Farm.Store;
using Farm.Store.Nar;
using Farm.Tests.Support;

namespace Farm.Tests.Store.Nar;

public sealed class NarListingTests
{
    public static TheoryData<string> Listed()
    {
        var data = new TheoryData<string>();
        foreach (var file in Directory.EnumerateFiles(Vectors.Path("nar"), "*.ls.json").Order())
        {
            if (!file.EndsWith("deep64.ls.json", StringComparison.Ordinal))
                data.Add(Path.GetFileName(file).Replace(".ls.json", "", StringComparison.Ordinal));
        }
        return data;
    }

    [Theory]
    [MemberData(nameof(Listed))]
    public async Task A_listing_says_what_Nix_says(string name)
    {
        using var nar = new MemoryStream(Vectors.Read("nar", $"{name}.nar"));
        var listing = await NarListing.ReadAsync(nar, NarReadAhead.Free, CancellationToken.None);
        var root = Parse(listing.ToJson())!["root"];
        Assert.True(JsonNode.DeepEquals(Parse(Vectors.Read("nar", $"{name}.ls.json")), root));
    }

    [Fact]
    public async Task A_name_that_is_not_UTF_8_cannot_be_listed()
    {
        using var nar = new MemoryStream(Vectors.Read("nar", "bytes-names.nar"));
        var listing = await NarListing.ReadAsync(nar, NarReadAhead.Free, CancellationToken.None);
        Assert.Throws<NixFormatException>(listing.ToJson);
    }

    private static JsonNode? Parse(byte[] json) =>
        JsonNode.Parse(json, null, new JsonDocumentOptions { MaxDepth = 256 });
}
