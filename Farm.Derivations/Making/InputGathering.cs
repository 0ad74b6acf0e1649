using System.Collections.Immutable;
using Farm.Derivations.Objects;
using Farm.Store.Derivations;
using Farm.Store.Paths;

namespace Farm.Derivations.Making;

/// <summary>Inputs of a derivation, from the context of its texts.</summary>
internal sealed class InputGathering
{
    private readonly Dictionary<StorePath, StoreObject> _objects = [];
    private readonly Dictionary<StorePath, ImmutableSortedSet<string>> _outputs = [];
    private readonly HashSet<StorePath> _sources = [];

    /// <exception cref="DerivationException">An element is of another store, or what it needs is not known.</exception>
    public InputGathering(StringContext context, StoreDir storeDir, string derivationName)
    {
        foreach (var element in context)
        {
            if (element.StoreDir != storeDir)
            {
                throw new DerivationException(
                    $"The derivation '{derivationName}' is for the store '{storeDir}', but has '{element}' of another in its attributes; use one store for both."
                );
            }
            Add(element);
        }
    }

    public ImmutableSortedSet<StorePath> Sources => [.. _sources];

    public ImmutableSortedDictionary<StorePath, DerivationInput> Derivations =>
        _outputs.ToImmutableSortedDictionary(input => input.Key, input => DerivationInput.Of(input.Value));

    public ImmutableArray<StoreObject> Objects => [.. _objects.Values];

    public DerivationHash HashOf(StorePath drvPath) => ((DerivationFile)_objects[drvPath]).Hash;

    private void Add(ContextElement element)
    {
        switch (element)
        {
            case ContextElement.Opaque opaque:
                AddSource(opaque.Item);
                break;
            case ContextElement.Built built:
                AddOutputs(built.Derivation, [built.OutputName]);
                break;
            case ContextElement.DrvDeep deep:
                // The builder may see all of the graph, so all of it is input, outputs too.
                foreach (var item in deep.Derivation.Closure())
                {
                    AddSource(item);
                    if (item is DerivationFile derivation)
                        AddOutputs(derivation, derivation.Content.Outputs.Keys);
                }
                break;
            default:
                throw new System.Diagnostics.UnreachableException($"No case of a context is {element.GetType()}.");
        }
    }

    private void AddSource(StoreObject item)
    {
        _sources.Add(item.Path);
        _objects.TryAdd(item.Path, item);
    }

    private void AddOutputs(DerivationFile derivation, IEnumerable<string> names)
    {
        _outputs[derivation.Path] = _outputs
            .GetValueOrDefault(derivation.Path, ImmutableSortedSet.Create<string>(StringComparer.Ordinal))
            .Union(names);
        // A path that is known as something else too counts as the derivation that it is.
        _objects[derivation.Path] = derivation;
    }
}
