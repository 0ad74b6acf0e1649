namespace Farm.Store.BinaryCaches;

/// <summary>How long to wait before a transfer is tried again.</summary>
/// <remarks>As Nix: a base of 100 ms, or 5 s where the server said that it has too much to do, doubles with each failure up to a minute,
/// and a random part of that is waited. The server's <c>Retry-After</c> is the least, unlike in Nix only up to a limit.</remarks>
internal static class RetryDelay
{
    /// <summary>A server that wants a longer pause is given up.</summary>
    public static readonly TimeSpan LongestAsked = TimeSpan.FromMinutes(5);

    private static readonly TimeSpan s_longest = TimeSpan.FromMinutes(1);
    private static readonly TimeSpan s_overloaded = TimeSpan.FromSeconds(5);

    /// <param name="first">Base after a usual failure.</param>
    /// <param name="failures">How many there were; at least 1.</param>
    /// <param name="isOverloaded">Whether the server answered 429 or 503.</param>
    /// <param name="asked">What the server asked for.</param>
    /// <param name="random">From 0 to 1.</param>
    public static TimeSpan After(TimeSpan first, int failures, bool isOverloaded, TimeSpan? asked, double random)
    {
        // The server's own word is enough where it gave one.
        var start = isOverloaded && asked is null ? s_overloaded : first;
        var doubled = start * Math.Pow(2, Math.Min(failures - 1, 30));
        var drawn = (doubled < s_longest ? doubled : s_longest) * random;
        return asked > drawn ? asked.Value : drawn;
    }
}
