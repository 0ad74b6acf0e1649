namespace Farm.Fuzz.Engine;

/// <summary>In which chunks an input comes: a reader must make the same of all.</summary>
public static class Splits
{
    /// <summary>Up to this length an input is cut at every place.</summary>
    private const int EveryPlaceBytes = 128;

    private const int SomePlaces = 4;

    /// <summary>The whole, byte by byte, words of 7 and 64, and two chunks: cut at each place, or at some places of long inputs.</summary>
    public static IEnumerable<IReadOnlyList<int>> Of(byte[] input)
    {
        yield return [];
        yield return [1];
        yield return [7];
        yield return [64, 1];
        var step = input.Length <= EveryPlaceBytes ? 1 : input.Length / SomePlaces;
        for (var at = Math.Min(step, 1 + (input.Length % 13)); at < input.Length; at += step)
            yield return [at, input.Length - at];
    }
}
