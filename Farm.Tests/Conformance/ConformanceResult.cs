using Farm.Store.PathInfos;
using Farm.Store.Paths;

namespace Farm.Tests.Conformance;

/// <summary>What a build came to.</summary>
/// <param name="Facts">What must be equal on both sides, one a line: of a build each output with hash and references, of a
/// mismatch both hashes.</param>
/// <param name="Evidence">What was said about it; for whoever reads the failure of a test.</param>
internal sealed record ConformanceResult(Ending Ending, IReadOnlyList<string> Facts, string Evidence)
{
    /// <summary>What must be equal of an output: path, hash, content address and references.</summary>
    public static string Fact(StoreDir storeDir, PathInfo info) =>
        string.Join(
            ' ',
            info.References.Select(storeDir.Print)
                .Prepend(info.ContentAddress?.ToString() ?? "-")
                .Prepend(info.NarHash.ToString())
                .Prepend(storeDir.Print(info.Path))
        );

    /// <summary>The facts of a build where no output refers to anything.</summary>
    public IEnumerable<string> WithoutReferences => Facts.Select(fact => string.Join(' ', fact.Split(' ').Take(3)));

    /// <summary>The text of those outputs that are files.</summary>
    /// <param name="physical">Where the file of a full store path is.</param>
    public string Contents(Func<string, string> physical) =>
        string.Join(
            '\n',
            Facts.Select(fact => physical(fact.Split(' ')[0])).Where(File.Exists).Select(File.ReadAllText)
        );
}
