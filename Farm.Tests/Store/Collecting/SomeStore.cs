using Farm.Store.Collecting;
using Farm.Store.Paths;
using FsCheck;
using FsCheck.Fluent;

namespace Farm.Tests.Store.Collecting;

/// <summary>A small store as plain sets, and the collector's graph of it. Paths are numbers; each refers to smaller ones alone.</summary>
internal sealed record SomeStore(
    IReadOnlyList<HashSet<int>> References,
    IReadOnlyList<int?> Derivers,
    IReadOnlyList<HashSet<int>> Outputs,
    IReadOnlyList<long> Registered,
    HashSet<int> Roots
)
{
    public int Count => References.Count;

    public static Gen<SomeStore> Generator =>
        from count in Gen.Choose(1, 14)
        from dense in Gen.Choose(1, 4)
        from references in Gen.Choose(0, dense).ArrayOf(count * count)
        from outputs in Gen.Choose(0, 3).ArrayOf(count * count)
        from recorded in Gen.Elements(true, false).ArrayOf(count)
        from registered in Gen.Choose(0, 9).ArrayOf(count)
        from roots in Gen.Choose(0, 5).ArrayOf(count)
        select Make(count, references, outputs, recorded, registered, roots);

    /// <summary>Derivations are those with a number that three divides; each recorded deriver names the path as its output.</summary>
    private static SomeStore Make(
        int count,
        int[] references,
        int[] outputs,
        bool[] recorded,
        int[] registered,
        int[] roots
    )
    {
        var all = Enumerable.Range(0, count).ToArray();
        HashSet<int>[] made =
        [
            .. all.Select(drv =>
                drv % 3 == 0 ? all.Where(path => path % 3 != 0 && outputs[(drv * count) + path] == 0).ToHashSet() : []
            ),
        ];
        return new(
            [.. all.Select(path => all.Where(to => to <= path && references[(path * count) + to] == 1).ToHashSet())],
            [.. all.Select(path => recorded[path] ? Deriver(path) : null)],
            made,
            [.. registered],
            [.. all.Where(path => roots[path] == 0)]
        );

        int? Deriver(int path) =>
            Array.FindIndex(made, outputsOf => outputsOf.Contains(path)) is >= 0 and var drv ? drv : null;
    }

    public static StorePathHash Hash(int path)
    {
        Span<byte> bytes = stackalloc byte[StorePathHash.SizeBytes];
        bytes[path % StorePathHash.SizeBytes] = (byte)(path + 1);
        return StorePathHash.FromBytes(bytes);
    }

    public StoreGraph Graph(KeepRules keep)
    {
        var builder = new StoreGraphBuilder();
        for (var path = 0; path < Count; path++)
            builder.Add(new GraphNode(1000 + path, Hash(path), 7, Registered[path], 100 + path));
        for (var path = 0; path < Count; path++)
        {
            foreach (var reference in References[path])
                builder.AddReference(1000 + path, 1000 + reference);
            if (keep.Derivations && Derivers[path] is { } deriver)
                builder.AddKept(1000 + path, 1000 + deriver);
            if (!keep.Outputs)
                continue;
            foreach (var output in Outputs[path])
                builder.AddKept(1000 + path, 1000 + output);
        }
        return builder.Build();
    }
}
