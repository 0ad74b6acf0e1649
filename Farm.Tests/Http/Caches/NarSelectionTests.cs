using Farm.Http.Caches;
using Microsoft.AspNetCore.Http;
using Microsoft.Net.Http.Headers;

namespace Farm.Tests.Http.Caches;

public sealed class NarSelectionTests
{
    private static readonly EntityTagHeaderValue s_tag = new("\"tag\"");

    [Theory]
    [InlineData("bytes=0-0", 0, 1)]
    [InlineData("bytes=10-19", 10, 10)]
    [InlineData("bytes=90-", 90, 10)]
    [InlineData("bytes=90-1000", 90, 10)]
    [InlineData("bytes=-5", 95, 5)]
    [InlineData("bytes=-1000", 0, 100)]
    public void One_range_is_a_part(string range, long from, long count) =>
        Assert.Equal(new NarSelection.Part(from, count), Of(("Range", range)));

    [Theory]
    [InlineData("bytes=100-")]
    [InlineData("bytes=100-200")]
    [InlineData("bytes=-0")]
    public void A_range_beyond_the_end_is_unsatisfiable(string range) =>
        Assert.IsType<NarSelection.Unsatisfiable>(Of(("Range", range)));

    [Theory]
    [InlineData("bytes=0-1,5-6")]
    [InlineData("lines=0-1")]
    [InlineData("bytes=9-1")]
    [InlineData("bytes=x")]
    [InlineData("")]
    public void What_is_no_single_range_of_bytes_is_the_whole(string range) =>
        Assert.IsType<NarSelection.Whole>(Of(("Range", range)));

    [Fact]
    public void If_Range_gives_a_part_only_of_the_same_file()
    {
        Assert.IsType<NarSelection.Part>(Of(("Range", "bytes=5-"), ("If-Range", "\"tag\"")));
        Assert.IsType<NarSelection.Whole>(Of(("Range", "bytes=5-"), ("If-Range", "\"other\"")));
        Assert.IsType<NarSelection.Whole>(Of(("Range", "bytes=5-"), ("If-Range", "W/\"tag\"")));
        Assert.IsType<NarSelection.Whole>(Of(("Range", "bytes=5-"), ("If-Range", "Sat, 28 Nov 2026 12:00:00 GMT")));
        Assert.IsType<NarSelection.Whole>(Of(("Range", "bytes=5-"), ("If-Range", "nonsense")));
    }

    [Theory]
    [InlineData("\"tag\"", true)]
    [InlineData("W/\"tag\"", true)]
    [InlineData("\"other\", \"tag\"", true)]
    [InlineData("*", true)]
    [InlineData("\"other\"", false)]
    public void If_None_Match_is_weak_and_may_name_several(string known, bool isKnown) =>
        Assert.Equal(isKnown, Of(("If-None-Match", known), ("Range", "bytes=5-")) is NarSelection.NotModified);

    [Fact]
    public void A_HEAD_request_and_a_file_of_unknown_length_or_with_a_weak_tag_have_no_parts()
    {
        var request = Request(("Range", "bytes=5-"));
        Assert.IsType<NarSelection.Whole>(NarSelection.Of(request, s_tag, sizeBytes: null));
        Assert.IsType<NarSelection.Whole>(NarSelection.Of(request, new("\"tag\"", isWeak: true), 100));
        request.Method = HttpMethods.Head;
        Assert.IsType<NarSelection.Whole>(NarSelection.Of(request, s_tag, 100));
    }

    private static NarSelection Of(params (string Name, string Value)[] headers) =>
        NarSelection.Of(Request(headers), s_tag, 100);

    private static HttpRequest Request(params (string Name, string Value)[] headers)
    {
        var request = new DefaultHttpContext().Request;
        request.Method = HttpMethods.Get;
        foreach (var (name, value) in headers)
            request.Headers[name] = value;
        return request;
    }
}
