using System.Text;
using Farm.Store.Hashing;
using Farm.Store.Local;
using Farm.Store.Nar;
using Farm.Store.Paths;

namespace Farm.Fuzz.Daemons;

/// <summary>Two texts that are in the store of each daemon: one that builders see, and one that they do not.</summary>
internal static class FuzzedStore
{
    /// <summary>What only those may read who see all of the store.</summary>
    public const string HiddenText = "nobody tells a builder";

    private const string ShownText = "everybody reads this";

    private static readonly StorePathName s_shownName = StorePathName.Parse("shown");
    private static readonly StorePathName s_hiddenName = StorePathName.Parse("hidden");

    public static StorePath Shown { get; } = PathOf(s_shownName, ShownText);

    public static StorePath Hidden { get; } = PathOf(s_hiddenName, HiddenText);

    public static Sha256Digest HiddenNarHash { get; } =
        Sha256Digest.Compute(NarWriter.OfFile(Encoding.ASCII.GetBytes(HiddenText)));

    /// <summary>Adds both.</summary>
    public static async Task AddAsync(LocalStore store)
    {
        foreach (var (name, text) in new[] { (s_shownName, ShownText), (s_hiddenName, HiddenText) })
            await store.AddTextAsync(name, Encoding.ASCII.GetBytes(text), [], CancellationToken.None);
    }

    private static StorePath PathOf(StorePathName name, string text) =>
        StorePathMaker.Text(StoreDir.Default, name, Sha256Digest.Compute(Encoding.ASCII.GetBytes(text)), []);
}
