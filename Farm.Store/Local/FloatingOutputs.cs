using System.Collections.Immutable;
using Farm.Store.Copying;
using Farm.Store.PathInfos;
using Farm.Store.Paths;

namespace Farm.Store.Local;

/// <summary>Gives outputs whose paths follow from their contents these paths: where an output has its own scratch path in it, or that of
/// a sibling, the final one takes its place.</summary>
/// <remarks>Siblings go before what refers to them, since their hash parts are part of what is hashed. An output's own hash part does
/// not count. Source: Nix's <c>registerOutputs</c>, <c>newInfoFromCA</c>.</remarks>
/// <param name="taken">All outputs of one build; replaced by what they have become, each tree with its output.</param>
internal sealed class FloatingOutputs(LocalStore store, List<TakenOutput> taken)
{
    private readonly Dictionary<StorePath, StorePath> _final = [];

    /// <exception cref="StoreException.ReferenceCycle">The outputs refer to one another in a circle.</exception>
    /// <exception cref="StoreException.RefusedOutput">One refers to something, and its method does not allow that.</exception>
    public async Task AddressAsync(CancellationToken ct)
    {
        var order = DependencyOrder.Sort(taken.Select(output => output.Info with { References = output.Found }));
        foreach (var scratch in order.Select(info => info.Path))
        {
            var at = taken.FindIndex(output => output.Info.Path == scratch);
            taken[at] = await AddressAsync(taken[at], ct).ConfigureAwait(false);
            _final.Add(scratch, taken[at].Info.Path);
        }
    }

    private async Task<TakenOutput> AddressAsync(TakenOutput output, CancellationToken ct)
    {
        var (scratch, info) = (output.Info.Path, output.Info);
        var siblings = output
            .Found.Where(_final.ContainsKey)
            .ToDictionary(path => path.Hash, path => _final[path].Hash);
        var mentionsItself = output.Found.Contains(scratch);
        var isChanged = mentionsItself || siblings.Count > 0;
        var address = isChanged
            ? await AddressOfAsync(output, siblings, ct).ConfigureAwait(false)
            : info.ContentAddress!; // It was hashed as it was walked over, since it floats.
        var references = info
            .References.Remove(scratch)
            .Select(path => _final.GetValueOrDefault(path, path))
            .ToImmutableSortedSet();
        var path = PathOf(info, address, references);
        info = info with
        {
            Path = path,
            ContentAddress = address,
            References = info.References.Contains(scratch) ? references.Add(path) : references,
        };
        return isChanged
            ? await RewriteAsync(output with { Info = info }, scratch, siblings, ct).ConfigureAwait(false)
            : output with
            {
                Info = info,
            };
    }

    private StorePath PathOf(PathInfo info, ContentAddress address, ImmutableSortedSet<StorePath> references)
    {
        try
        {
            return StorePathMaker.FromContentAddress(
                store.StoreDir,
                StorePathName.Parse(info.Path.Name),
                address,
                references,
                info.References.Contains(info.Path)
            );
        }
        catch (NixFormatException)
        {
            var names = info.References.Select(path => path == info.Path ? "itself" : store.StoreDir.Print(path));
            throw new StoreException.RefusedOutput(
                $"'{info.Path.Name}' is addressed as '{address.MethodAlgorithm}', so it is not allowed to refer to other store paths, and it refers to {string.Join(", ", names)}"
            );
        }
    }

    private static async Task<ContentAddress> AddressOfAsync(
        TakenOutput output,
        Dictionary<StorePathHash, StorePathHash> siblings,
        CancellationToken ct
    )
    {
        var how = output.Info.ContentAddress!.MethodAlgorithm; // It floats, so that it was hashed.
        var file = output.Tree.Stage.ObjectPath;
        var hashed = new RewrittenNar(how.Method == ContentAddressMethod.Nar ? Nar(file) : Contents, siblings);
        return ContentAddress.Create(
            how.Method,
            await hashed.DigestAsync(how.Algorithm, output.Info.Path.Hash, ct).ConfigureAwait(false)
        );

        async Task Contents(Stream destination, CancellationToken stop)
        {
            await using var contents = new FileStream(file, FileMode.Open, FileAccess.Read, FileShare.Read);
            await contents.CopyToAsync(destination, stop).ConfigureAwait(false);
        }
    }

    /// <summary>Makes the files anew, with the final hash parts in them.</summary>
    private async Task<TakenOutput> RewriteAsync(
        TakenOutput output,
        StorePath scratch,
        Dictionary<StorePathHash, StorePathHash> siblings,
        CancellationToken ct
    )
    {
        var all = new Dictionary<StorePathHash, StorePathHash>(siblings) { [scratch.Hash] = output.Info.Path.Hash };
        try
        {
            var (tree, info) = await new RewrittenNar(Nar(output.Tree.Stage.ObjectPath), all)
                .UseAsync(
                    nar =>
                        ObjectAdder.StageDescribedAsync(
                            store.Files.Stages.Take(),
                            nar,
                            (hash, size) => Task.FromResult(output.Info with { NarHash = hash, NarSizeBytes = size }),
                            ct
                        ),
                    ct
                )
                .ConfigureAwait(false);
            await output.Tree.DisposeAsync().ConfigureAwait(false);
            return output with { Tree = tree, Info = info };
        }
        catch (NixFormatException)
        {
            // Nix 2.8 takes such an output; but then what its path is made from cannot be computed from it again.
            throw new StoreException.RefusedOutput(
                $"names of files in '{scratch.Name}' have a path of the derivation's own in them, and come in another order with the final one, so that nobody could check its content address"
            );
        }
    }

    private static Func<Stream, CancellationToken, Task> Nar(string file) =>
        (destination, ct) => NarDump.WriteAsync(file, destination, ct);
}
