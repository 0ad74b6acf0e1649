namespace Farm.Tests.Worker.Core;

public sealed class WorkerSimulationTests
{
    [Fact]
    public void Random_histories_keep_every_invariant_and_end_with_nothing_left()
    {
        var finished = 0;
        for (var seed = 0; seed < 100; seed++)
        {
            var simulation = new WorkerSimulation(seed);
            simulation.Run(steps: 600);
            simulation.Drain();
            finished += simulation.Finished;
        }

        Assert.True(finished > 500, $"only {finished} attempts came to an outcome: the histories show too little");
    }
}
