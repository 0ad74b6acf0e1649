namespace Farm.Benchmarks.Measuring;

/// <summary>The published program, made to keep a store as Nix does by default: without links and immutable bits.</summary>
internal static class PlainFarm
{
    /// <summary>The options that go after the verb and its own.</summary>
    public static IReadOnlyList<string> Options(WorkFolder work, string root)
    {
        var file = work.Path("plain.hocon");
        File.WriteAllText(file, "farm.store { immutable = off, optimise = off }\n");
        return ["--store", root, "--config", file];
    }
}
