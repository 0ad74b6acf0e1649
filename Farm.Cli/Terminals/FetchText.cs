using Farm.Protocol.Api;

namespace Farm.Cli.Terminals;

/// <summary>What is fetched from binary caches, in one line.</summary>
/// <remarks>Shape: <c>fetching 3 of 10 paths, 1.2 MiB of 5.0 MiB: hello-2.12, glibc-2.38</c>.</remarks>
internal static class FetchText
{
    public static string Of(FetchView fetch)
    {
        var names = string.Join(", ", fetch.Now.Select(path => path.Name));
        return $"fetching {fetch.Paths} of {fetch.AllPaths} paths, {ByteText.Of(fetch.Bytes)} of {ByteText.Of(fetch.AllBytes)}"
            + (names.Length == 0 ? "" : $": {names}");
    }
}
