using Farm.Store.Collecting;

namespace Farm.Tests.Store.Collecting;

public sealed class DeletionBatchesTests
{
    [Fact]
    public void Without_a_limit_batches_are_full_and_together_the_whole_order()
    {
        var batches = new DeletionBatches(Graph(10, 10, 10, 10, 10), [4, 3, 2, 1, 0], 2);
        Assert.Equal([4, 3], batches.Take(null).ToArray());
        Assert.Equal([2, 1], batches.Take(null).ToArray());
        Assert.Equal([0], batches.Take(null).ToArray());
        Assert.True(batches.IsEmpty);
    }

    [Fact]
    public void Only_the_last_path_of_a_batch_can_pass_the_limit()
    {
        var batches = new DeletionBatches(Graph(10, 10, 10, 10, 10), [0, 1, 2, 3, 4], 100);
        Assert.Equal([0, 1, 2], batches.Take(25).ToArray());
        Assert.Equal([3], batches.Take(0).ToArray());
    }

    private static StoreGraph Graph(params long[] sizes)
    {
        var builder = new StoreGraphBuilder();
        for (var node = 0; node < sizes.Length; node++)
            builder.Add(new GraphNode(node + 1, SomeStore.Hash(node), 0, 0, sizes[node]));
        return builder.Build();
    }
}
