using System.Collections.Immutable;
using Farm.Store;
using Farm.Store.Derivations;
using Farm.Store.Local;
using Farm.Store.PathInfos;
using Farm.Store.Paths;

namespace Farm.Cli.Commands.Stores.Queries;

/// <summary>What <c>farm store query</c> is asked of, and the look-ups that several questions need.</summary>
/// <param name="Store">The store.</param>
/// <param name="Given">Paths as they stand on the command line; hash parts for one question.</param>
/// <param name="UseOutput">Of derivations, their outputs are meant.</param>
/// <param name="IncludeOutputs">A closure has also the valid outputs of derivations in it.</param>
internal sealed record QueryRequest(LocalStore Store, ImmutableArray<string> Given, bool UseOutput, bool IncludeOutputs)
{
    /// <summary>The paths, as they are given.</summary>
    /// <exception cref="NixFormatException">One is no path of this store.</exception>
    public IEnumerable<StorePath> Paths => Given.Select(text => StorePathArgument.ParseObject(Store.Layout, text));

    /// <summary>The paths, or the outputs of those that are derivations where these are meant; each path's outputs in order.</summary>
    public IEnumerable<StorePath> Targets => Paths.SelectMany(path => UseOutput ? Outputs(path) : [path]);

    /// <summary>Outputs of a derivation, in order of their paths; the path itself where it is none.</summary>
    /// <exception cref="StoreException.InvalidPath">The derivation is not in the store.</exception>
    /// <exception cref="CommandException">An output's path is not known before it is built.</exception>
    public IEnumerable<StorePath> Outputs(StorePath path)
    {
        if (!path.IsDerivation)
        {
            return [path];
        }
        var derivation = Derivation(path);
        var known = OutputPaths.Known(derivation);
        return known.Count == derivation.Outputs.Count
            ? known.Values.Order().Distinct()
            : throw new CommandException(
                $"The outputs of '{Store.StoreDir.Print(path)}' have no path before they are built."
            );
    }

    /// <summary>Reads a derivation of the store.</summary>
    /// <exception cref="StoreException.InvalidPath">It is not there.</exception>
    public Derivation Derivation(StorePath path)
    {
        var file = Store.Layout.ToPhysical(path);
        return File.Exists(file)
            ? DerivationParser.Parse(Store.StoreDir, path, File.ReadAllBytes(file))
            : throw new StoreException.InvalidPath(Store.StoreDir.Print(path));
    }

    /// <summary>What is recorded of a path.</summary>
    /// <exception cref="StoreException.InvalidPath">It is not valid.</exception>
    public async Task<PathInfo> InfoAsync(StorePath path, CancellationToken ct) =>
        await Store.QueryAsync(path, ct).ConfigureAwait(false)
        ?? throw new StoreException.InvalidPath(Store.StoreDir.Print(path));

    public string Print(StorePath path) => Store.StoreDir.Print(path);
}
