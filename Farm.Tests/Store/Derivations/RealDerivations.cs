using System.Text.Json;
using Farm.Store.Derivations;
using Farm.Store.Paths;
using Farm.Tests.Support;

namespace Farm.Tests.Store.Derivations;

/// <summary>Derivations that real Nix made, with what it computed of them.</summary>
internal static class RealDerivations
{
    private static readonly JsonElement[] Manifest = [.. ReadManifest()];

    public static IEnumerable<string> Files => Manifest.Select(item => item.GetProperty("file").GetString()!);

    public static JsonElement Entry(string file) =>
        Manifest.Single(item => item.GetProperty("file").GetString() == file);

    public static byte[] Bytes(string file) => Vectors.Read("drv", file);

    public static Derivation Read(string file) =>
        DerivationParser.Parse(StoreDir.Default, StorePath.Parse(file), Bytes(file));

    /// <summary>Computes hashes of the whole graph anew.</summary>
    public static DerivationHashes Hashes() => new(StoreDir.Default, path => Read(path.ToString()));

    private static JsonElement[] ReadManifest()
    {
        using var file = JsonDocument.Parse(Vectors.Read("drv", "manifest.json"));
        return [.. file.RootElement.EnumerateArray().Select(item => item.Clone())];
    }
}
