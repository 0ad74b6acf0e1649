using System.Diagnostics;
using Farm.Store.Database;

namespace Farm.Store.Actors;

/// <summary>Changes to a store's database that have waited together: they are made in one transaction, so that the log of the
/// database gets each page that they share once.</summary>
/// <remarks>The outcome of each is its own: one that is refused undoes nothing of the others. Where the transaction itself fails, as
/// on a full disk, nothing of it has happened, and each change is tried alone.</remarks>
internal static class WriteGroup
{
    /// <summary>How each has ended, in their order.</summary>
    public static OperationEnded[] Perform(PathWrites writes, IReadOnlyList<StoreWrite> group)
    {
        if (group.Count == 1)
            return [Alone(writes, group[0])];
        try
        {
            if (group.Any(write => write is StoreWrite.RegisterRealisation or StoreWrite.RegisterBuildTrace))
                writes.Realisations.MakeTables();
            return writes.Together<OperationEnded[]>(() => [.. group.Select(write => InGroup(writes, write))]);
        }
        catch (StoreException)
        {
            return [.. group.Select(write => Alone(writes, write))];
        }
    }

    private static OperationEnded InGroup(PathWrites writes, StoreWrite write)
    {
        var ended = Alone(writes, write);
        // What this failure has ended is all of the group's.
        if (ended is OperationEnded.Failed { Cause: StoreException } && !writes.IsTogether)
            ended.Unwrap<object?>();
        return ended;
    }

    private static OperationEnded Alone(PathWrites writes, StoreWrite write)
    {
        try
        {
            return new OperationEnded.Done(Result(writes, write));
        }
        catch (Exception cause)
        {
            return new OperationEnded.Failed(cause); // Thrown again where it is asked for.
        }
    }

    private static object? Result(PathWrites writes, StoreWrite write) =>
        write switch
        {
            StoreWrite.Register register => writes.Register(register.Batch),
            StoreWrite.AddSignatures add => writes.AddSignatures(add.Path, add.Signatures),
            StoreWrite.SetContents set => writes.SetContents(set.Path, set.NarHash, set.NarSizeBytes),
            StoreWrite.RegisterRealisation register => writes.Realisations.Register(register.Realisation),
            StoreWrite.RegisterBuildTrace register => writes.Realisations.Register(register.Entry),
            StoreWrite.Invalidate invalidate => writes.Invalidate(invalidate.Path),
            StoreWrite.InvalidateUnused unused => writes.InvalidateUnused(unused.Rows),
            _ => throw new UnreachableException(),
        };
}
