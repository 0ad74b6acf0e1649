using Farm.Protocol;
using Farm.Worker.Execution;

namespace Farm.Tests.Worker.Execution;

/// <summary>An executor that does what the test says.</summary>
internal sealed class FakeExecutor(Func<BuildAssignment, IBuildProgress, CancellationToken, Task<BuildOutcome>> execute)
    : IBuildExecutor
{
    public static BuildOutcome.Built Built { get; } = new([], TimeSpan.Zero, TimeSpan.Zero);

    public Task<BuildOutcome> ExecuteAsync(BuildAssignment assignment, IBuildProgress progress, CancellationToken ct) =>
        execute(assignment, progress, ct);
}
