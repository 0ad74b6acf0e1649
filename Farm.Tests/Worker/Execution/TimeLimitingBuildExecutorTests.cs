using Farm.Protocol;
using Farm.Tests.Worker.Core;
using Farm.Worker.Execution;

namespace Farm.Tests.Worker.Execution;

public sealed class TimeLimitingBuildExecutorTests
{
    private static readonly BuildOptions NodeLimits = new(Timeout: TimeSpan.FromHours(1), MaxLogBytes: 1000);

    [Fact]
    public async Task The_smaller_limit_counts_and_one_that_is_not_set_limits_nothing()
    {
        var wanted = new BuildOptions(Timeout: TimeSpan.FromHours(2), MaxSilent: TimeSpan.FromMinutes(1));
        Assert.Equal(new BuildOptions(TimeSpan.FromHours(1), TimeSpan.FromMinutes(1), 1000), await GivenAsync(wanted));
    }

    [Fact]
    public async Task A_client_may_limit_more_than_the_node()
    {
        var wanted = new BuildOptions(Timeout: TimeSpan.FromSeconds(5), MaxLogBytes: 10);
        Assert.Equal(wanted, await GivenAsync(wanted));
    }

    private static async Task<BuildOptions> GivenAsync(BuildOptions wanted)
    {
        var given = BuildOptions.None;
        var inner = new FakeExecutor(
            (assignment, _, _) =>
            {
                given = assignment.Request.Options;
                return Task.FromResult<BuildOutcome>(FakeExecutor.Built);
            }
        );
        var request = SomeWorker.Request with { Options = wanted };
        await new TimeLimitingBuildExecutor(inner, NodeLimits).ExecuteAsync(
            new BuildAssignment(SomeWorker.Key(1), request, []),
            new FakeProgress(),
            CancellationToken.None
        );
        return given;
    }
}
