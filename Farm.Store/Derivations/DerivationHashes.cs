using Farm.Store.Paths;

namespace Farm.Store.Derivations;

/// <summary>Remembers what derivations count as where they are inputs, and computes it for whole graphs.</summary>
/// <remarks>Each derivation is read and hashed once. Not for use by two threads at a time.</remarks>
/// <param name="read">The derivation at a path; called once for each path in the graph but below fixed-output derivations.
/// What it throws passes through.</param>
public sealed class DerivationHashes(StoreDir storeDir, Func<StorePath, Derivation> read)
{
    private readonly Dictionary<StorePath, DerivationHash> _known = [];

    /// <summary>What the derivation at a path counts as.</summary>
    /// <exception cref="NixFormatException">A derivation in the graph has no type, lacks a wanted output, or depends on itself.</exception>
    public DerivationHash Of(StorePath drvPath)
    {
        if (_known.TryGetValue(drvPath, out var known))
            return known;
        // An explicit stack: graphs are deeper than threads' stacks are sure to be.
        var open = new Stack<(StorePath Path, Derivation Derivation)>();
        var opened = new HashSet<StorePath>();
        Open(drvPath);
        while (open.TryPeek(out var top))
        {
            if (NextUnknown(top.Derivation) is { } input)
            {
                Open(input);
                continue;
            }
            open.Pop();
            _known[top.Path] = HashModulo.AsInput(storeDir, top.Derivation, path => _known[path]);
        }
        return _known[drvPath];

        void Open(StorePath path)
        {
            if (!opened.Add(path))
                throw new NixFormatException($"The derivation '{path}' depends on itself.");
            open.Push((path, read(path)));
        }
    }

    private StorePath? NextUnknown(Derivation derivation)
    {
        if (derivation.Type != DerivationType.InputAddressed)
            return null;
        foreach (var input in derivation.InputDerivations.Keys)
        {
            if (!_known.ContainsKey(input))
                return input;
        }
        return null;
    }
}
