using System.Collections.Immutable;
using Farm.Protocol;
using Farm.Store;
using Farm.Store.Derivations;
using Farm.Store.PathInfos;
using Farm.Store.Paths;

namespace Farm.Worker.Execution;

/// <summary>Lets one attempt at a time build a derivation, and takes outputs that the node's store has already.</summary>
/// <remarks>A derivation has one scratch directory: a second attempt waits until the first has cleaned up.</remarks>
public sealed class OncePerDerivationBuildExecutor(IBuildExecutor inner, IStore store) : IBuildExecutor
{
    private readonly KeyedLock<StorePath> _builds = new();

    public async Task<BuildOutcome> ExecuteAsync(
        BuildAssignment assignment,
        IBuildProgress progress,
        CancellationToken ct
    )
    {
        using var turn = await _builds.EnterAsync(assignment.Request.DrvPath, ct).ConfigureAwait(false);
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
            if (await store.QueryAsync(output.Path, ct).ConfigureAwait(false) is not { } info)
                return null;
            infos.Add(info);
        }

        return infos.ToImmutable();
    }
}
