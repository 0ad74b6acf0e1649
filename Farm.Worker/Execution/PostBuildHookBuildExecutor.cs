using Farm.Protocol;
using Farm.Store.Paths;

namespace Farm.Worker.Execution;

/// <summary>Runs a program after each build that went well, before anybody hears of it.</summary>
/// <remarks>It gets no arguments, and <c>DRV_PATH</c> and <c>OUT_PATHS</c> (paths with a blank between) in its environment. When it
/// fails, so does the build; the outputs stay valid. Source: Nix manual, <c>post-build-hook</c>.</remarks>
public sealed class PostBuildHookBuildExecutor(IBuildExecutor inner, string program, StoreDir storeDir) : IBuildExecutor
{
    public async Task<BuildOutcome> ExecuteAsync(
        BuildAssignment assignment,
        IBuildProgress progress,
        CancellationToken ct
    )
    {
        var outcome = await inner.ExecuteAsync(assignment, progress, ct).ConfigureAwait(false);
        if (outcome is not BuildOutcome.Built built)
            return outcome;
        var environment = new Dictionary<string, string>(StringComparer.Ordinal)
        {
            ["DRV_PATH"] = storeDir.Print(assignment.Request.DrvPath),
            ["OUT_PATHS"] = string.Join(' ', built.Outputs.Select(output => storeDir.Print(output.Path))),
        };
        var failure = await HookProgram
            .RunAsync(program, [], null, environment, bytes => progress.LogAsync(bytes, ct), ct)
            .ConfigureAwait(false);
        return failure is null
            ? outcome
            : new BuildOutcome.InfrastructureFailed($"the post-build-hook {failure}", IsTransient: false)
            {
                Usage = outcome.Usage,
            };
    }
}
