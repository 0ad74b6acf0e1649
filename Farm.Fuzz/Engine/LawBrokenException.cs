namespace Farm.Fuzz.Engine;

/// <summary>An input for which a law of the format does not hold, or that costs more than it may.</summary>
public sealed class LawBrokenException(string law) : Exception(law)
{
    /// <exception cref="LawBrokenException">It does not hold.</exception>
    public static void Unless(bool holds, string law)
    {
        if (!holds)
            throw new LawBrokenException(law);
    }
}
