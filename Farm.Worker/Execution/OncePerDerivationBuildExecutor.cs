using System.Collections.Immutable;
using Farm.Protocol;
using Farm.Store;
using Farm.Store.Derivations;
using Farm.Store.PathInfos;
using Farm.Store.Paths;
using Farm.Store.Realisations;

namespace Farm.Worker.Execution;

/// <summary>Lets one attempt at a time build a derivation, and takes outputs that the node's store has already.</summary>
/// <remarks>A derivation has one scratch directory: a second attempt waits until the first has cleaned up. What an impure
/// derivation came to is never taken.</remarks>
/// <param name="turns">Those of the node.</param>
/// <param name="realisations">What outputs have come to whose paths the request does not know; null where that is not recorded.</param>
public sealed class OncePerDerivationBuildExecutor(
    IBuildExecutor inner,
    IStore store,
    BuildTurns turns,
    StoreRealisations? realisations = null
) : IBuildExecutor
{
    public async Task<BuildOutcome> ExecuteAsync(
        BuildAssignment assignment,
        IBuildProgress progress,
        CancellationToken ct
    )
    {
        var drvPath = assignment.Request.DrvPath;
        using var turn = await turns.TryEnterAsync(drvPath, ct).ConfigureAwait(false);
        if (turn is null)
            return new BuildOutcome.InputRejected(
                $"'{drvPath}' cannot be built inside of a build that it waits for itself: neither would ever end"
            );
        // A check builds what is valid again, and a repair does not believe that it is.
        return
            assignment.Request.Options.Mode == BuildMode.Normal
            && await ValidOutputsAsync(assignment.Request, ct).ConfigureAwait(false) is { } outputs
            ? new BuildOutcome.Built(outputs, TimeSpan.Zero, TimeSpan.Zero)
            : await inner.ExecuteAsync(assignment, progress, ct).ConfigureAwait(false);
    }

    /// <summary>What is known of the outputs; null unless all are valid.</summary>
    private async Task<ImmutableArray<PathInfo>?> ValidOutputsAsync(BuildRequest request, CancellationToken ct)
    {
        var infos = ImmutableArray.CreateBuilder<PathInfo>(request.Outputs.Length);
        foreach (var output in request.Outputs)
        {
            if (
                await PathOfAsync(request, output, ct).ConfigureAwait(false) is not { } path
                || await store.QueryAsync(path, ct).ConfigureAwait(false) is not { } info
            )
                return null;
            infos.Add(info);
        }

        return infos.ToImmutable();
    }

    private async Task<StorePath?> PathOfAsync(BuildRequest request, RequestedOutput output, CancellationToken ct)
    {
        if (output.Floating is null)
            return output.Path;
        if (realisations is null || request.RealisationHash is not { } hash)
            return null;
        var id = new DerivationOutputId(hash.ToHash(), output.Name);
        return (await realisations.QueryAsync(id, ct).ConfigureAwait(false))?.OutPath;
    }
}
