namespace Farm.Fuzz.Engine;

/// <summary>The inputs that are kept with the sources: one file each, in a folder named after the target.</summary>
public static class Corpus
{
    /// <summary>Where the build has put them.</summary>
    public static string Folder(string target) => Path.Combine(AppContext.BaseDirectory, "Corpora", target);

    /// <summary>All inputs for a target, in the order of their names.</summary>
    public static IReadOnlyList<byte[]> Load(string target) =>
        [.. Directory.EnumerateFiles(Folder(target)).Order(StringComparer.Ordinal).Select(File.ReadAllBytes)];
}
