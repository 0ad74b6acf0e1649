using System.Collections.Immutable;
using System.Diagnostics.CodeAnalysis;
using Farm.Store.Closures;
using Farm.Store.Derivations;
using Farm.Store.PathInfos;
using Farm.Store.Paths;

namespace Farm.Worker.Planning;

/// <summary>What a derivation asks of its outputs: sizes, and what they may refer to.</summary>
/// <remarks>Source: Nix manual, "Advanced attributes", <c>outputChecks</c>; Nix's <c>checkOutputs</c>.</remarks>
/// <param name="options">The derivation's.</param>
/// <param name="outputs">What was made, by output name.</param>
/// <param name="inputs">The input closure.</param>
internal sealed class OutputRules(
    DerivationOptions options,
    ImmutableSortedDictionary<string, PathInfo> outputs,
    ReferenceGraph inputs,
    StoreDir storeDir
)
{
    private readonly Dictionary<StorePath, PathInfo> _made = outputs.Values.ToDictionary(info => info.Path);

    /// <summary>Whether a derivation asks anything of one of these outputs.</summary>
    public static bool Any(DerivationOptions options, IEnumerable<string> outputNames) =>
        outputNames.Any(name => !options.ChecksOf(name).IsEmpty);

    /// <returns>One sentence on the first rule that is broken, with output, path and rule; null when all are kept.</returns>
    public string? Problem() => outputs.Select(output => Problem(output.Key, output.Value)).FirstOrDefault(IsProblem);

    private static bool IsProblem([NotNullWhen(true)] string? text) => text is not null;

    private string? Problem(string name, PathInfo info)
    {
        var checks = options.ChecksOf(name);
        if (checks.IsEmpty)
            return null;
        if (info.NarSizeBytes > checks.MaxSizeBytes)
            return TooLarge("maxSize", info.NarSizeBytes, checks.MaxSizeBytes.Value);
        var closure = new Lazy<Dictionary<StorePath, PathInfo>>(() => Closure(info));
        if (
            checks.MaxClosureSizeBytes is { } most
            && closure.Value.Values.Sum(member => member.NarSizeBytes) is var size
            && size > most
        )
            return TooLarge("maxClosureSize", size, most);
        return Broken("allowedReferences", checks.AllowedReferences, isAllowList: true, () => info.References)
            ?? Broken("allowedRequisites", checks.AllowedRequisites, isAllowList: true, Requisites)
            ?? Broken("disallowedReferences", Given(checks.DisallowedReferences), false, () => info.References)
            ?? Broken("disallowedRequisites", Given(checks.DisallowedRequisites), false, Requisites);

        IEnumerable<StorePath> Requisites() =>
            closure.Value.Keys.Where(path => !checks.IgnoresSelfRequisites || path != info.Path);

        string TooLarge(string rule, long size, long most) =>
            $"{Shown(name, info)} breaks '{rule}': it has {size} bytes, and {most} is the limit";

        string? Broken(
            string rule,
            ImmutableSortedSet<string>? listed,
            bool isAllowList,
            Func<IEnumerable<StorePath>> used
        )
        {
            if (listed is null)
                return null;
            var paths = new HashSet<StorePath>();
            foreach (var entry in listed)
            {
                if (storeDir.TryParsePath(entry, out var path))
                    paths.Add(path);
                else if (outputs.TryGetValue(entry, out var output))
                    paths.Add(output.Path);
                else
                    return $"{Shown(name, info)} cannot be checked: '{entry}' in '{rule}' is neither a store path nor an output of the derivation";
            }
            var bad = used()
                .Where(path => paths.Contains(path) != isAllowList)
                .Order()
                .Select(storeDir.Print)
                .ToArray();
            return bad.Length == 0
                ? null
                : $"{Shown(name, info)} breaks '{rule}': it is not allowed to refer to {string.Join(", ", bad)}";
        }
    }

    private static ImmutableSortedSet<string>? Given(ImmutableSortedSet<string> list) => list.IsEmpty ? null : list;

    private string Shown(string name, PathInfo info) => $"output '{name}' at '{storeDir.Print(info.Path)}'";

    /// <summary>An output and all it refers to, directly or not: other outputs, which are not valid yet, and inputs.</summary>
    private Dictionary<StorePath, PathInfo> Closure(PathInfo output)
    {
        var found = new Dictionary<StorePath, PathInfo>();
        var open = new Stack<StorePath>([output.Path]);
        while (open.TryPop(out var path))
        {
            if (found.ContainsKey(path))
                continue;
            var info = _made.GetValueOrDefault(path) ?? inputs.Info(path);
            found.Add(path, info);
            foreach (var reference in info.References)
                open.Push(reference);
        }
        return found;
    }
}
