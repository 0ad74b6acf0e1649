namespace Farm.Cli.Nodes;

/// <summary>How a node notices that the <c>farm up</c> that started it stops it, or is dead: standard input ends.</summary>
public static class ParentWatch
{
    /// <summary>Reads and drops whatever comes until the end of the stream.</summary>
    public static async Task WaitForEndAsync(Stream input, CancellationToken ct)
    {
        var buffer = new byte[256];
        while (await input.ReadAsync(buffer, ct).ConfigureAwait(false) > 0) { }
    }
}
