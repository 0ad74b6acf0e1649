using Farm.Protocol;
using Farm.Store.Derivations;
using Farm.Store.Local;
using Farm.Store.Paths;
using Farm.Worker.Core;

namespace Farm.Worker.Execution;

/// <summary>Requests for derivations of which a store has all that their builders need.</summary>
public sealed class LocalRequests(LocalStore store)
{
    /// <summary>For an executor that need not fetch anything.</summary>
    /// <param name="closure">Of the request's input paths.</param>
    public static BuildAssignment Assignment(BuildRequest request, IEnumerable<StorePath> closure) =>
        new(
            new AttemptKey(AttemptId.Create(Guid.NewGuid()), 0),
            request,
            [.. closure.Select(input => new InputHolders(input, []))]
        );

    /// <returns>Null where the derivation or one of its inputs is not valid here, or an output has no path before it is built.</returns>
    public async Task<BuildRequest?> FindAsync(StorePath drvPath, BuildOptions options, CancellationToken ct)
    {
        if (await store.QueryAsync(drvPath, ct).ConfigureAwait(false) is null)
            return null;
        var derivation = await ReadAsync(drvPath, ct).ConfigureAwait(false);
        if (derivation.HasDynamicInputs || derivation.Outputs.Values.Any(output => output.KnownPath is null))
            return null;
        var inputs = derivation.InputSources.ToBuilder();
        foreach (var (input, wanted) in derivation.InputDerivations)
        {
            if (await store.QueryAsync(input, ct).ConfigureAwait(false) is null)
                return null;
            var outputs = (await ReadAsync(input, ct).ConfigureAwait(false)).Outputs;
            foreach (var name in wanted.Outputs)
            {
                if (outputs[name].KnownPath is not { } path)
                    return null;
                inputs.Add(path);
            }
        }
        var valid = await store.ValidAsync(inputs.ToImmutable(), ct).ConfigureAwait(false);
        return valid.Count == inputs.Count
            ? BuildRequest.From(drvPath, derivation, inputs.ToImmutable(), options)
            : null;
    }

    private async Task<Derivation> ReadAsync(StorePath drvPath, CancellationToken ct) =>
        DerivationParser.Parse(
            store.StoreDir,
            drvPath,
            await File.ReadAllBytesAsync(store.Layout.ToPhysical(drvPath), ct).ConfigureAwait(false)
        );
}
