using Farm.Protocol;
using Farm.Tests.Store.Roots;
using Farm.Tests.Support;
using Farm.Tests.Worker.Core;
using Farm.Worker.Execution;

namespace Farm.Tests.Worker.Execution;

public sealed class HoldingBuildExecutorTests
{
    [Fact]
    public async Task Inputs_and_outputs_are_held_for_the_attempt_and_let_go_after_it()
    {
        await using var temporary = await TemporaryStore.OpenAsync();
        var roots = temporary.Store.TempRoots;
        var input = TempRootsTests.Some(1);
        var output = SomeWorker.Request.Outputs[0].Path;
        var executor = new HoldingBuildExecutor(
            new FakeExecutor(
                (_, _, _) =>
                {
                    Assert.False(roots.TryBeginDeletion(input.Hash));
                    Assert.False(roots.TryBeginDeletion(output.Hash));
                    return Task.FromResult<BuildOutcome>(FakeExecutor.Built);
                }
            ),
            roots
        );
        var assignment = new BuildAssignment(SomeWorker.Key(1), SomeWorker.Request, [new InputHolders(input, [])]);
        await executor.ExecuteAsync(assignment, new FakeProgress(), CancellationToken.None);
        Assert.Empty(roots.Held());
    }
}
