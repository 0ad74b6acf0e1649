using Farm.Protocol;

namespace Farm.Worker.Execution;

/// <summary>Puts the node's own limits on every builder, where the client has set none or larger ones.</summary>
/// <param name="limits">The node's limits; null ones limit nothing.</param>
public sealed class TimeLimitingBuildExecutor(IBuildExecutor inner, BuildOptions limits) : IBuildExecutor
{
    public Task<BuildOutcome> ExecuteAsync(BuildAssignment assignment, IBuildProgress progress, CancellationToken ct)
    {
        var wanted = assignment.Request.Options;
        var options = new BuildOptions(
            Smaller(wanted.Timeout, limits.Timeout),
            Smaller(wanted.MaxSilent, limits.MaxSilent),
            Smaller(wanted.MaxLogBytes, limits.MaxLogBytes)
        );
        var limited = assignment with { Request = assignment.Request with { Options = options } };
        return inner.ExecuteAsync(limited, progress, ct);
    }

    private static T? Smaller<T>(T? wanted, T? limit)
        where T : struct, IComparable<T> =>
        wanted is { } one && limit is { } other ? (one.CompareTo(other) <= 0 ? one : other) : wanted ?? limit;
}
