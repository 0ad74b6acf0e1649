using System.Collections.Immutable;
using Farm.Store.PathInfos;

namespace Farm.Store.Closures;

/// <summary>Compares two closures package by package. Source: Nix's <c>nix store diff-closures</c>.</summary>
public static class ClosureDifference
{
    /// <summary>The packages that have other versions, or another size by 8 KiB or more; by name.</summary>
    public static ImmutableArray<PackageChange> Between(IEnumerable<PathInfo> before, IEnumerable<PathInfo> after)
    {
        var (old, now) = (Packages(before), Packages(after));
        var changes = ImmutableArray.CreateBuilder<PackageChange>();
        foreach (var name in old.Keys.Union(now.Keys).Order(StringComparer.Ordinal))
        {
            var (was, becomes) = (old.GetValueOrDefault(name) ?? new(), now.GetValueOrDefault(name) ?? new());
            var change = new PackageChange(
                name,
                [.. was.Versions.Except(becomes.Versions, StringComparer.Ordinal)],
                [.. becomes.Versions.Except(was.Versions, StringComparer.Ordinal)],
                becomes.SizeBytes - was.SizeBytes
            );
            if (change.IsDeltaShown || !change.Removed.IsEmpty || !change.Added.IsEmpty)
                changes.Add(change);
        }
        return changes.ToImmutable();
    }

    private static Dictionary<string, Package> Packages(IEnumerable<PathInfo> closure)
    {
        var packages = new Dictionary<string, Package>(StringComparer.Ordinal);
        foreach (var info in closure)
        {
            var (name, version) = PackageName.Of(info.Path.Name);
            if (!packages.TryGetValue(name, out var package))
                packages.Add(name, package = new());
            package.Versions.Add(version);
            package.SizeBytes += info.NarSizeBytes;
        }
        return packages;
    }

    private sealed class Package
    {
        public SortedSet<string> Versions { get; } = new(StringComparer.Ordinal);

        public long SizeBytes { get; set; }
    }
}
