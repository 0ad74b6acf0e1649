using Farm.Store.Local;

namespace Farm.Derivations.Sources;

/// <summary>Takes what a predicate takes.</summary>
internal sealed class PredicateFilter(Func<string, TreeEntryKind, bool> includes) : TreeFilter
{
    public override bool Includes(string path, TreeEntryKind kind) => includes(path, kind);
}
