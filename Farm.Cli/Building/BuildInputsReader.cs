using System.Collections.Immutable;
using Farm.Store;
using Farm.Store.Derivations;
using Farm.Store.Paths;

namespace Farm.Cli.Building;

/// <summary>Gathers derivations and the closure of what they need from the Nix stores on this machine.</summary>
/// <param name="storeDir">The farm's logical store directory, which must be that of the derivations.</param>
/// <param name="from">The root below which the store is; null to find it by the path of the derivation.</param>
internal sealed class BuildInputsReader(StoreDir storeDir, string? from) : IDisposable
{
    private readonly Dictionary<string, ForeignStore> _stores = new(StringComparer.Ordinal);
    private readonly Dictionary<StorePath, SourcePath> _paths = [];
    private readonly Dictionary<StorePath, Derivation> _derivations = [];
    private readonly List<SourcePath> _ordered = [];

    /// <inheritdoc cref="Read(IReadOnlyList{DerivationArgument}, IReadOnlySet{StorePath})"/>
    public BuildInputs Read(IReadOnlyList<DerivationArgument> arguments) => Read(arguments, new HashSet<StorePath>());

    /// <param name="arguments">What is to be built.</param>
    /// <param name="known">Derivations that the coordinator has; where all outputs of one are wanted, it is not read.</param>
    /// <exception cref="CommandException">A path is missing, or a derivation is malformed; the message names it.</exception>
    public BuildInputs Read(IReadOnlyList<DerivationArgument> arguments, IReadOnlySet<StorePath> known)
    {
        var targets = new List<BuildInputs.Target>();
        foreach (var argument in arguments)
        {
            var target = ReadTarget(argument, known);
            var at = targets.FindIndex(other => other.DrvPath == target.DrvPath);
            if (at < 0)
            {
                targets.Add(target);
            }
            else
            {
                targets[at] = target with { Outputs = Union(targets[at].Outputs, target.Outputs) };
            }
        }
        return new BuildInputs([.. targets], [.. _ordered]);
    }

    public void Dispose()
    {
        foreach (var store in _stores.Values)
        {
            store.Dispose();
        }
    }

    /// <summary>An empty selection means all outputs, which no other selection narrows.</summary>
    private static ImmutableArray<string> Union(ImmutableArray<string> left, ImmutableArray<string> right) =>
        left.IsEmpty || right.IsEmpty ? [] : [.. left.Union(right, StringComparer.Ordinal)];

    private BuildInputs.Target ReadTarget(DerivationArgument argument, IReadOnlySet<StorePath> known)
    {
        var place = DerivationPlace.Find(argument.Path, storeDir, from);
        if (argument.Outputs.IsEmpty && place is DerivationPlace.InStore(var there, _) && known.Contains(there))
        {
            return new BuildInputs.Target(there, Derivation: null, Outputs: []);
        }
        var (drvPath, derivation) = place switch
        {
            DerivationPlace.InStore(var path, var root) => (path, ReadStored(path, root)),
            DerivationPlace.LooseFile(var file) => ReadLoose(file),
            _ => throw new System.Diagnostics.UnreachableException(),
        };
        if (derivation is not null)
        {
            foreach (var output in argument.Outputs.Where(output => !derivation.Outputs.ContainsKey(output)))
            {
                throw new CommandException(
                    $"The derivation '{storeDir.Print(drvPath)}' has no output '{output}'; it has {string.Join(", ", derivation.Outputs.Keys)}."
                );
            }
        }
        return new BuildInputs.Target(drvPath, derivation, argument.Outputs);
    }

    /// <returns>Null where there is no store on this machine, so that only the coordinator can have the derivation.</returns>
    private Derivation? ReadStored(StorePath drvPath, string root)
    {
        if (from is null && !ForeignStore.Exists(root))
        {
            return null;
        }
        Add(drvPath, Open(root), neededBy: null);
        return _derivations[drvPath];
    }

    private (StorePath, Derivation?) ReadLoose(string file)
    {
        var loose = LooseDerivation.Read(file, storeDir);
        // A derivation that needs nothing needs no store either.
        foreach (var reference in loose.Source.Info.References)
        {
            Add(reference, Open(from ?? "/"), loose.Source.Info.Path);
        }
        if (_paths.TryAdd(loose.Source.Info.Path, loose.Source))
        {
            _ordered.Add(loose.Source);
        }
        return (loose.Source.Info.Path, loose.Derivation);
    }

    /// <summary>Adds a path after all that it refers to. Works with a stack of its own: chains may be long.</summary>
    private void Add(StorePath wanted, ForeignStore store, StorePath? neededBy)
    {
        var open = new Stack<(SourcePath Source, IEnumerator<StorePath> References)>();
        Enter(wanted, neededBy);
        while (open.TryPeek(out var top))
        {
            if (top.References.MoveNext())
            {
                Enter(top.References.Current, top.Source.Info.Path);
            }
            else
            {
                _ordered.Add(top.Source);
                open.Pop();
            }
        }

        void Enter(StorePath path, StorePath? referrer)
        {
            if (!_paths.ContainsKey(path))
            {
                var source = Look(path, store, referrer);
                _paths.Add(path, source);
                open.Push((source, source.Info.References.GetEnumerator()));
            }
        }
    }

    private SourcePath.Stored Look(StorePath path, ForeignStore store, StorePath? referrer)
    {
        var full = storeDir.Print(path);
        var why = referrer is { } needing ? $", which '{storeDir.Print(needing)}' needs," : "";
        var info =
            store.Query(path)
            ?? throw new CommandException(
                $"The path '{full}'{why} is not valid in the Nix store below '{store.Root}'; instantiate it there, or name the right store with --from ROOT."
            );
        var files = store.Physical(path);
        if (!Path.Exists(files) && new FileInfo(files).LinkTarget is null)
        {
            throw new CommandException(
                $"The path '{full}'{why} is registered in the Nix store below '{store.Root}' but '{files}' is missing; repair that store."
            );
        }
        if (path.IsDerivation && !_derivations.ContainsKey(path))
        {
            _derivations.Add(path, Parse(path, files));
        }
        return new SourcePath.Stored(info, files);
    }

    private Derivation Parse(StorePath drvPath, string file)
    {
        try
        {
            return DerivationParser.Parse(storeDir, drvPath, File.ReadAllBytes(file));
        }
        catch (NixFormatException error)
        {
            throw new CommandException($"The derivation '{file}' is malformed: {error.Message}", error);
        }
    }

    private ForeignStore Open(string root)
    {
        if (!_stores.TryGetValue(root, out var store))
        {
            store = ForeignStore.Open(root, storeDir);
            _stores.Add(root, store);
        }
        return store;
    }
}
